package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Outcome;

/** A class as a manager: it connects on enter and disconnects on exit, however the body ends. */
public record ConnectionClass(String host, Narrator out)
    implements AsyncContextManager<ConnectionClass, RuntimeException> {
  @Override
  public ConnectionClass enter() throws InterruptedException {
    out.say("connecting to {0}", host);
    out.pause(200);
    out.opened("connected to {0}", host);
    return this;
  }

  @Override
  public boolean exit(Outcome outcome) throws InterruptedException {
    try {
      out.pause(100); // the goodbye; cut short, it still ends in a closed connection
    } finally {
      out.closed("disconnected from {0}", host);
    }
    return false;
  }

  public static String run(Narrator out) throws InterruptedException {
    return with(new ConnectionClass("stock.example", out))
        .call(connection -> out.work(200, "12 boxes of tea at " + connection.host()));
  }

  static void main() throws InterruptedException {
    AsyncWith.run(() -> IO.println(run(Narrator.console())));
  }
}
