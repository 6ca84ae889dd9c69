package dev.asyncwith.conformance;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Whether the tests that a table names exist, and are tests. */
final class TestMethods {
  private TestMethods() {}

  static List<String> problems(PortsTable table, ClassLoader loader) {
    return table.ported().flatMap(row -> problem(row, loader)).toList();
  }

  private static Stream<String> problem(PortsTable.Row row, ClassLoader loader) {
    Class<?> type;
    try {
      type = Class.forName(row.className(), false, loader);
    } catch (ClassNotFoundException e) {
      return Stream.of(row.problem("there is no class " + row.className()));
    }
    List<Method> methods =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> method.getName().equals(row.methodName()))
            .toList();
    if (methods.isEmpty()) {
      return Stream.of(row.problem("there is no method " + row.java()));
    }
    if (methods.stream().noneMatch(TestMethods::isTest)) {
      return Stream.of(
          row.problem(row.java() + " is not a test: it lacks @Test and @ParameterizedTest"));
    }
    return Stream.empty();
  }

  private static boolean isTest(Method method) {
    return method.isAnnotationPresent(Test.class)
        || method.isAnnotationPresent(ParameterizedTest.class);
  }
}
