package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.Outcome;
import dev.asyncwith.testing.Trail;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class TransactionTest {
  private final Trail trail = new Trail();

  // docs: transaction
  static AsyncContextManager<Connection, SQLException> transaction(DataSource source) {
    return asyncContextManager(
        body -> {
          try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            switch (body.attempt(connection)) {
              case Outcome.Succeeded() -> connection.commit();
              case Outcome.Failed _, Outcome.Cancelled _ -> connection.rollback();
            }
          }
        });
  }

  // end

  // docs: transaction-use
  static String rename(DataSource source, String name) throws SQLException, InterruptedException {
    return with(transaction(source)).call(connection -> connection.nativeSQL(name));
  }

  // end

  @Test
  void commitsWhatSucceeded() throws Exception {
    assertThat(rename(source(Map.of()), "name")).isEqualTo("name");
    trail.assertSteps("setAutoCommit", "nativeSQL", "commit", "close");
  }

  @Test
  void rollsBackWhatFailed() {
    var failure = new SQLException("no such table");
    assertThatThrownBy(() -> rename(source(Map.of("nativeSQL", failure)), "name"))
        .isSameAs(failure);
    trail.assertSteps("setAutoCommit", "nativeSQL", "rollback", "close");
  }

  @Test
  void keepsTheFailureOfARollback() {
    var failure = new SQLException("no such table");
    var rollback = new SQLException("connection lost");
    var source = source(Map.of("nativeSQL", failure, "rollback", rollback));
    assertThatThrownBy(() -> rename(source, "name"))
        .isSameAs(failure)
        .hasSuppressedException(rollback);
    trail.assertSteps("setAutoCommit", "nativeSQL", "rollback", "close");
  }

  @Test
  void rollsBackWhatWasCancelled() {
    var cancel = new InterruptedException();
    assertThatThrownBy(
            () ->
                with(transaction(source(Map.of())))
                    .run(
                        _ -> {
                          throw cancel;
                        }))
        .isSameAs(cancel);
    trail.assertSteps("setAutoCommit", "rollback", "close");
  }

  private DataSource source(Map<String, SQLException> failures) {
    Connection connection =
        proxy(
            Connection.class,
            (_, method, arguments) -> {
              trail.add(method.getName());
              if (failures.containsKey(method.getName())) {
                throw failures.get(method.getName());
              }
              return method.getName().equals("nativeSQL") ? arguments[0] : null;
            });
    return proxy(DataSource.class, (_, _, _) -> connection);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
