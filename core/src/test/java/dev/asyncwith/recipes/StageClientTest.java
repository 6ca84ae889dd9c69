package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.ofStages;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.Outcome;
import dev.asyncwith.testing.Trail;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageClientTest {
  /** A database client that answers by stages, as R2DBC wrappers and Vert.x do. */
  interface Client {
    CompletionStage<Transaction> begin();
  }

  interface Transaction {
    CompletionStage<Integer> execute(String statement);

    CompletionStage<Void> commit();

    CompletionStage<Void> rollback();
  }

  // docs: stages
  static AsyncContextManager<Transaction, RuntimeException> transaction(Client client) {
    return ofStages(
        client::begin,
        (transaction, outcome) ->
            switch (outcome) {
              case Outcome.Succeeded() -> transaction.commit();
              case Outcome.Failed _, Outcome.Cancelled _ -> transaction.rollback();
            });
  }

  // end

  // docs: stages-use
  static int rename(Client client) throws ExecutionException, InterruptedException {
    return with(transaction(client)).call(t -> t.execute("update …").toCompletableFuture().get());
  }

  // end

  private final Trail trail = new Trail();

  @Test
  void commitsWhatSucceeded() throws Exception {
    assertThat(rename(() -> later(() -> new Recorded(null)))).isEqualTo(1);
    trail.assertSteps("execute", "commit");
  }

  @Test
  void rollsBackWhatFailed() {
    var failure = new IOException("connection lost");
    assertThatThrownBy(() -> rename(() -> later(() -> new Recorded(failure))))
        .isInstanceOf(ExecutionException.class)
        .hasCause(failure);
    trail.assertSteps("execute", "rollback");
  }

  @Test
  void wrapsTheCheckedFailureOfAStage() {
    var failure = new IOException("no route to host");
    assertThatThrownBy(() -> rename(() -> CompletableFuture.failedFuture(failure)))
        .isInstanceOf(CompletionException.class)
        .hasCause(failure);
  }

  @Test
  void releasesATransactionThatArrivesAfterTheInterrupt() throws Exception {
    var answer = new CompletableFuture<Transaction>();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> rename(() -> answer)).isInstanceOf(InterruptedException.class);
    trail.assertSteps();
    assertThat(answer.complete(new Recorded(null))).isTrue();
    trail.assertSteps("rollback");
  }

  private static <T> CompletionStage<T> later(Supplier<T> value) {
    return CompletableFuture.supplyAsync(
        value, CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS));
  }

  private final class Recorded implements Transaction {
    private final Exception failure;

    Recorded(Exception failure) {
      this.failure = failure;
    }

    @Override
    public CompletionStage<Integer> execute(String statement) {
      trail.add("execute");
      return failure == null ? later(() -> 1) : CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<Void> commit() {
      return later(() -> step("commit"));
    }

    @Override
    public CompletionStage<Void> rollback() {
      trail.add("rollback");
      return CompletableFuture.completedFuture(null);
    }

    private Void step(String name) {
      trail.add(name);
      return null;
    }
  }
}
