package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A transaction that commits if its body succeeds, and rolls back if it fails or is cancelled. */
public final class Transaction {
  static AsyncContextManager<Connection, SQLException> transaction(DataSource dataSource) {
    return asyncContextManager(
        body -> {
          try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            switch (body.attempt(connection)) {
              case Outcome.Succeeded() -> connection.commit();
              case Outcome.Failed _, Outcome.Cancelled _ -> connection.rollback();
            }
          }
        });
  }

  public static void run(Bank bank, Narrator out) throws SQLException, InterruptedException {
    with(transaction(bank.dataSource(out)))
        .run(
            connection -> {
              Bank.transfer(connection, 30);
              out.work(200);
            });
  }

  static void main() throws SQLException, InterruptedException {
    AsyncWith.run(() -> with(Bank.open()).run(bank -> run(bank, Narrator.console())));
  }
}
