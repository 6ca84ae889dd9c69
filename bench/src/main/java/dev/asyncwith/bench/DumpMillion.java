package dev.asyncwith.bench;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.Outcome;
import dev.asyncwith.ScopeDump;
import dev.asyncwith.Scopes;
import dev.asyncwith.Tracking;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * How long a dump takes while so many managers are open, each on a virtual thread of its own; run
 * by {@code bench/run dump [number]}.
 */
public final class DumpMillion {
  private static final int ROUNDS = 5;

  private DumpMillion() {}

  private record Numbered(int number) implements AsyncContextManager<Integer, RuntimeException> {
    @Override
    public Integer enter() {
      return number;
    }

    @Override
    public boolean exit(Outcome outcome) {
      return false;
    }

    @Override
    public String describe() {
      return "manager " + number;
    }
  }

  /**
   * Opens the managers and prints the time of each dump.
   *
   * @param args how many; a million if nothing is said
   * @throws InterruptedException if it is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    int number = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
    Tracking.enable(Tracking.Mode.COUNTS);
    var entered = new CountDownLatch(number);
    var leave = new CountDownLatch(1);
    Thread[] threads = new Thread[number];
    for (int i = 0; i < number; i++) {
      int n = i;
      threads[i] =
          Thread.startVirtualThread(
              () -> {
                try {
                  with(new Numbered(n))
                      .run(
                          _ -> {
                            entered.countDown();
                            leave.await();
                          });
                } catch (InterruptedException e) {
                  throw new IllegalStateException("nobody interrupts it", e);
                }
              });
    }
    entered.await();
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      ScopeDump dump = Scopes.dump();
      String text = dump.toString();
      String json = dump.toJson();
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      if (dump.open() != number) {
        throw new IllegalStateException(dump.open() + " of " + number + " are known");
      }
      IO.println(
          "%d open: %d ms, %d lines of text, %d characters of JSON"
              .formatted(number, millis, text.lines().count(), json.length()));
    }
    leave.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    if (!Scopes.open().isEmpty()) {
      throw new IllegalStateException(Scopes.open().size() + " are still known after their end");
    }
  }
}
