package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.examples.Transaction.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.asyncwith.With1;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransactionTest {
  private static final Map<String, Integer> BEFORE = Map.of("landlord", 0, "tenant", 100);

  private static void withBank(With1.Action<Bank, Exception> test) throws Exception {
    with(Bank.open()).run(test);
  }

  @Test
  void aBodyThatSucceedsIsCommitted() throws Exception {
    withBank(
        bank -> {
          var out = Recorder.succeeding();

          Transaction.run(bank, out);

          assertThat(bank.balances()).isEqualTo(Map.of("landlord", 30, "tenant", 70));
          assertThat(out.lines())
              .containsExactly("+ connection opened", "  committed", "- connection closed");
        });
  }

  @Test
  void aBodyThatFailsIsRolledBack() throws Exception {
    withBank(
        bank -> {
          var failure = new IllegalStateException("out of paper");
          var out = Recorder.failing(failure);

          assertThatThrownBy(() -> Transaction.run(bank, out)).isSameAs(failure);

          assertThat(bank.balances()).isEqualTo(BEFORE);
          assertThat(out.lines())
              .containsExactly("+ connection opened", "  rolled back", "- connection closed");
        });
  }

  @Test
  void aStatementThatTheDatabaseRefusesUndoesThoseBeforeIt() throws Exception {
    withBank(
        bank -> {
          var out = Recorder.succeeding();
          var block = with(transaction(bank.dataSource(out)));

          // The landlord gets the 130 first; then the tenant's balance would be negative.
          assertThatThrownBy(() -> block.run(connection -> Bank.transfer(connection, 130)))
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("NO_DEBTS");

          assertThat(bank.balances()).isEqualTo(BEFORE);
          assertThat(out.lines()).contains("  rolled back");
        });
  }

  @Test
  void aCancelledBodyIsRolledBackAndTheCallerGetsTheInterrupt() throws Exception {
    withBank(
        bank -> {
          var interrupt = new InterruptedException("enough");
          var out =
              Recorder.of(
                  () -> {
                    throw interrupt;
                  });

          assertThatThrownBy(() -> Transaction.run(bank, out)).isSameAs(interrupt);

          assertThat(bank.balances()).isEqualTo(BEFORE);
          assertThat(out.lines())
              .containsExactly("+ connection opened", "  rolled back", "- connection closed");
        });
  }

  @Test
  void anInterruptThatIsPendingAtTheEndDoesNotDisturbTheRollback() throws Exception {
    withBank(
        bank -> {
          var failure = new IllegalStateException("out of paper");
          var out =
              Recorder.of(
                  () -> {
                    Thread.currentThread().interrupt();
                    throw failure;
                  });

          Throwable thrown = catchThrowable(() -> Transaction.run(bank, out));

          assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
          assertThat(thrown).isSameAs(failure).hasNoSuppressedExceptions();
          assertThat(bank.balances()).isEqualTo(BEFORE);
        });
  }

  @Test
  void anInterruptThatIsPendingAtTheEndDoesNotDisturbTheCommit() throws Exception {
    withBank(
        bank -> {
          Transaction.run(bank, Recorder.of(() -> Thread.currentThread().interrupt()));

          assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
          assertThat(bank.balances()).isEqualTo(Map.of("landlord", 30, "tenant", 70));
        });
  }

  @Test
  void aCommitThatFailsReachesTheCallerAndTheConnectionIsClosed() throws Exception {
    withBank(
        bank -> {
          var out = Recorder.succeeding();
          var block = with(transaction(bank.dataSource(out)));

          assertThatThrownBy(
                  () ->
                      block.run(
                          connection -> {
                            Bank.transfer(connection, 30);
                            shutDown(bank);
                          }))
              .isInstanceOf(SQLException.class)
              .hasMessageContaining("Database is already closed");

          assertThat(out.lines()).containsExactly("+ connection opened", "- connection closed");
        });
  }

  /** As a power cut would: nothing is written, and every connection is cut. */
  private static void shutDown(Bank bank) throws SQLException {
    try (var connection = bank.dataSource(_ -> {}).getConnection();
        var statement = connection.createStatement()) {
      statement.execute("shutdown immediately");
    }
  }
}
