package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncGuard;
import dev.asyncwith.AsyncWith;

/** A manager as one method: the body runs at the yield, and the time is told even if it fails. */
public final class GeneratorTimer {
  static AsyncGuard<RuntimeException> timer(String label, Narrator out) {
    return asyncGuard(
        body -> {
          long start = System.nanoTime();
          out.opened("{0}: the clock starts", label);
          try {
            body.yield();
          } finally {
            double seconds = (System.nanoTime() - start) / 1e9;
            out.closed("{0}: {1,number,0.00} seconds", label, seconds);
          }
        });
  }

  public static void run(Narrator out) throws InterruptedException {
    with(timer("invoices.csv", out)).run(() -> out.work(300));
  }

  static void main() throws InterruptedException {
    AsyncWith.run(() -> run(Narrator.console()));
  }
}
