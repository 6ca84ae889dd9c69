package dev.asyncwith;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Looks at what the programs of a storm throw, and at what the library logs, instead of the
 * console: each failure, and what it carries, is one that the programs make.
 */
final class StormFailures extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.asyncwith");
  private final boolean toParents = logger.getUseParentHandlers();
  private final StormAccounts accounts;

  StormFailures(StormAccounts accounts) {
    this.accounts = accounts;
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  void check(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> left = new ArrayDeque<>();
    left.add(thrown);
    while (!left.isEmpty()) {
      Throwable next = left.pop();
      if (!seen.add(next)) {
        continue;
      }
      if (!isExpected(next)) {
        accounts.fail(new AssertionError("no program throws this", thrown));
      }
      if (next.getCause() != null) {
        left.add(next.getCause());
      }
      Collections.addAll(left, next.getSuppressed());
    }
  }

  private static boolean isExpected(Throwable thrown) {
    return switch (thrown) {
      case IOException io -> "body".equals(io.getMessage()) || "exit".equals(io.getMessage());
      case InterruptedException _, ExceptionGroup _, TimeoutExceededException _ -> true;
      case CancellationException _, ExecutionException _, CompletionException _ -> true;
      case IllegalStateException state ->
          state.getCause() instanceof InterruptedException || isRefusalOfAGroup(state);
      case TimeoutException _ -> true; // of orTimeout
      default -> false;
    };
  }

  /** A task has failed before the body starts another one: Python's group refuses it too. */
  private static boolean isRefusalOfAGroup(IllegalStateException state) {
    String message = state.getMessage();
    return message != null && message.contains("is being cancelled, so it takes no new tasks");
  }

  /** A plain {@link Throwable} shows what a thread does. */
  @Override
  public void publish(LogRecord logged) {
    Throwable thrown = logged.getThrown();
    if (thrown != null && thrown.getClass() != Throwable.class) {
      check(thrown);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(toParents);
  }
}
