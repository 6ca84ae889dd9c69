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
import java.sql.Statement;
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
  static int deleteExpired(DataSource source) throws SQLException, InterruptedException {
    return with(transaction(source))
        .call(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                return statement.executeUpdate("delete from sessions where expires < now()");
              }
            });
  }

  // end

  @Test
  void commitsWhatSucceeded() throws Exception {
    assertThat(deleteExpired(source(Map.of()))).isEqualTo(1);
    trail.assertSteps(
        "setAutoCommit", "createStatement", "executeUpdate", "close", "commit", "close");
  }

  @Test
  void rollsBackWhatFailed() {
    var failure = new SQLException("no such table");
    assertThatThrownBy(() -> deleteExpired(source(Map.of("executeUpdate", failure))))
        .isSameAs(failure);
    trail.assertSteps(
        "setAutoCommit", "createStatement", "executeUpdate", "close", "rollback", "close");
  }

  @Test
  void keepsTheFailureOfARollback() {
    var failure = new SQLException("no such table");
    var rollback = new SQLException("connection lost");
    var source = source(Map.of("executeUpdate", failure, "rollback", rollback));
    assertThatThrownBy(() -> deleteExpired(source))
        .isSameAs(failure)
        .hasSuppressedException(rollback);
    trail.assertSteps(
        "setAutoCommit", "createStatement", "executeUpdate", "close", "rollback", "close");
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
    Statement statement = recorded(Statement.class, failures, 1);
    Connection connection = recorded(Connection.class, failures, statement);
    return proxy(DataSource.class, (_, _, _) -> connection);
  }

  /** One whose methods leave their names on the trail, and give {@code result} if any. */
  private <T> T recorded(Class<T> type, Map<String, SQLException> failures, Object result) {
    return proxy(
        type,
        (_, method, _) -> {
          trail.add(method.getName());
          if (failures.containsKey(method.getName())) {
            throw failures.get(method.getName());
          }
          return method.getReturnType() == void.class ? null : result;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
