package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.Outcome;
import dev.asyncwith.Task;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.TimeoutExceededException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Java code of docs/migrating.md. */
@Timeout(60)
class MigratingTest {
  private final List<String> log = new ArrayList<>();
  private final AsyncLock lock = AsyncLock.create();

  /** A resource of try-with-resources. */
  private final class Connection implements AutoCloseable {
    private final String name;

    Connection(String name) {
      this.name = name;
    }

    String query(String text) throws IOException {
      if (text.isEmpty()) {
        throw new IOException("no query");
      }
      return name + ":" + text;
    }

    void commit() {
      log.add("commit " + name);
    }

    void rollback() {
      log.add("rollback " + name);
    }

    @Override
    public void close() {
      log.add("close " + name);
    }
  }

  private Connection connect(String name) {
    return new Connection(name);
  }

  // docs: manager
  AsyncContextManager<Connection, RuntimeException> connection(String host) {
    return manager(() -> connect(host), Connection::close);
  }

  // end

  String tryWithResources() throws IOException, InterruptedException {
    // docs: two-resources
    return with(connection("a"))
        .and(connection("b"))
        .and(lock)
        .call((a, b) -> a.query("x") + b.query("y"));
    // end
  }

  // docs: outcome
  AsyncContextManager<Connection, RuntimeException> transaction(String host) {
    return manager(
        () -> connect(host),
        (connection, outcome) -> {
          switch (outcome) {
            case Outcome.Succeeded() -> connection.commit();
            case Outcome.Failed _, Outcome.Cancelled _ -> connection.rollback();
          }
          connection.close();
        });
  }

  // end

  int found(List<String> hosts) throws Exception {
    // docs: found-at-run-time
    return with(AsyncExitStack.create())
        .call(
            stack -> {
              var connections = new ArrayList<Connection>();
              for (String host : hosts) {
                connections.add(stack.enter(connection(host)));
              }
              return connections.size();
            });
    // end
  }

  String futures() throws Exception {
    // docs: futures
    return with(timeout(Duration.ofSeconds(5)))
        .and(connection("db"))
        .call(
            db ->
                with(TaskGroup.create())
                    .call(
                        tasks -> {
                          Task<String> user = tasks.fork(() -> db.query("user"));
                          Task<String> orders = tasks.fork(() -> db.query("orders"));
                          return user.get() + " " + orders.get();
                        }));
    // end
  }

  // docs: using-when
  AsyncContextManager<Connection, RuntimeException> unitOfWork(String host) {
    return asyncContextManager(
        body -> {
          Connection connection = connect(host);
          try {
            switch (body.attempt(connection)) {
              case Outcome.Succeeded() -> connection.commit();
              case Outcome.Failed _, Outcome.Cancelled _ -> connection.rollback();
            }
          } finally {
            connection.close();
          }
        });
  }

  // end

  @Test
  void managersReplaceTryWithResources() throws Exception {
    assertThat(tryWithResources()).isEqualTo("a:xb:y");
    assertThat(log).containsExactly("close b", "close a");
    assertThat(lock.locked()).isFalse();
  }

  @Test
  void anExitIsToldHowTheBodyEnded() throws Exception {
    with(transaction("db")).run(db -> log.add(db.query("x")));
    assertThatThrownBy(() -> with(transaction("db")).run(db -> db.query("")))
        .isInstanceOf(IOException.class);
    assertThat(log).containsExactly("db:x", "commit db", "close db", "rollback db", "close db");
  }

  @Test
  void aStackReplacesAListOfCloseables() throws Exception {
    assertThat(found(List.of("a", "b", "c"))).isEqualTo(3);
    assertThat(log).containsExactly("close c", "close b", "close a");
  }

  @Test
  void tasksReplaceFutures() throws Exception {
    assertThat(futures()).isEqualTo("db:user db:orders");
    assertThat(log).containsExactly("close db");
  }

  @Test
  void aTimeoutEndsTheWork() {
    var forever = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                with(timeout(Duration.ZERO))
                    .and(connection("db"))
                    .run(
                        _ ->
                            with(TaskGroup.create())
                                .run(tasks -> tasks.fork(() -> forever.await()))))
        .isInstanceOf(TimeoutExceededException.class);
    assertThat(log).containsExactly("close db");
  }

  @Test
  void attemptReplacesUsingWhen() throws Exception {
    with(unitOfWork("db")).run(db -> log.add(db.query("x")));
    assertThatThrownBy(() -> with(unitOfWork("db")).run(db -> db.query("")))
        .isInstanceOf(IOException.class);
    assertThat(log).containsExactly("db:x", "commit db", "close db", "rollback db", "close db");
  }

  @Test
  void thePageShowsThisCode() {
    Docs.assertCodeIsCompiled("migrating.md", 6);
  }
}
