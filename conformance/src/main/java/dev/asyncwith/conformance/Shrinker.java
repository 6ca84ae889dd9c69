package dev.asyncwith.conformance;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Makes a program smaller for as long as it keeps what it is looked at for. A statement that names
 * what is not there any more does nothing, so that every part can go by itself.
 */
final class Shrinker {
  private static final Set<String> OPTIONAL =
      Set.of("catch", "finally", "suppress", "form", "failure", "from", "for");
  private static final Set<String> REQUIRED_FOR = Set.of("timeout", "reschedule", "wait_for");

  private static final long LIMIT = TimeUnit.SECONDS.toNanos(30);

  private final Predicate<? super ObjectNode> keeps;
  private final long begun = System.nanoTime();
  private int left;

  private Shrinker(Predicate<? super ObjectNode> keeps, int most) {
    this.keeps = keeps;
    left = most;
  }

  /** Whether it may go on; programs that deadlock take long. */
  private boolean mayTry() {
    return left > 0 && System.nanoTime() - begun < LIMIT;
  }

  /**
   * Shrinks a program.
   *
   * @param keeps whether a smaller one still has what the program has
   * @param most how many may be tried
   * @return the smallest that was found
   */
  static ObjectNode shrink(ObjectNode program, Predicate<? super ObjectNode> keeps, int most) {
    return new Shrinker(keeps, most).shrink(program);
  }

  private ObjectNode shrink(ObjectNode program) {
    ObjectNode smallest = program;
    boolean smaller = true;
    while (smaller && mayTry()) {
      smaller = false;
      int i = 0;
      List<Consumer<ObjectNode>> cuts = cuts(smallest);
      while (i < cuts.size() && mayTry()) {
        ObjectNode tried = smallest.deepCopy();
        cuts.get(i).accept(tried);
        left--;
        if (!tried.equals(smallest) && keeps.test(tried)) {
          smallest = tried;
          smaller = true;
          cuts = cuts(smallest);
        } else {
          i++;
        }
      }
    }
    return smallest;
  }

  /** All that can be cut off a program, the largest parts first. */
  private static List<Consumer<ObjectNode>> cuts(ObjectNode program) {
    List<Consumer<ObjectNode>> cuts = new ArrayList<>();
    addCuts(program, JsonPointer.empty(), cuts);
    return cuts;
  }

  private static void addCuts(JsonNode node, JsonPointer at, List<Consumer<ObjectNode>> cuts) {
    if (node instanceof ArrayNode array) {
      addArrayCuts(array, at, cuts);
      for (int i = 0; i < array.size(); i++) {
        addCuts(array.get(i), at.appendIndex(i), cuts);
      }
      return;
    }
    for (var property : node.properties()) {
      String name = property.getKey();
      boolean ofTable =
          at.length() > 0 && Set.of("/managers", "/primitives").contains(at.toString());
      boolean needed = name.equals("for") && REQUIRED_FOR.contains(node.path("do").asText());
      if (ofTable || (OPTIONAL.contains(name) && !needed)) {
        cuts.add(program -> ((ObjectNode) program.at(at)).remove(name));
      }
      addCuts(property.getValue(), at.appendProperty(name), cuts);
    }
  }

  private static void addArrayCuts(
      ArrayNode array, JsonPointer at, List<Consumer<ObjectNode>> cuts) {
    boolean ofNames = array.size() == 1 && array.get(0).isTextual();
    for (int i = array.size() - 1; i >= 0 && !ofNames && !isTime(array); i--) {
      int index = i;
      cuts.add(program -> ((ArrayNode) program.at(at)).remove(index));
      if (array.get(i).path("body")
          instanceof ArrayNode body) { // the body in place of the statement
        cuts.add(
            program -> {
              ArrayNode statements = (ArrayNode) program.at(at);
              ArrayNode copy = body.deepCopy();
              statements.remove(index);
              for (int k = 0; k < copy.size(); k++) {
                statements.insert(index + k, copy.get(k));
              }
            });
      }
    }
    if (isTime(array) && array.get(0).intValue() > 0) {
      cuts.add(program -> ((ArrayNode) program.at(at)).set(0, IntNode.valueOf(0)));
    }
  }

  private static boolean isTime(ArrayNode array) {
    return array.size() == 2 && array.get(0).isInt() && array.get(1).isInt();
  }
}
