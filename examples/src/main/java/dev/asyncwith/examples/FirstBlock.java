package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncWith;

/** The smallest block: one lambda opens, one closes, and the body stands between them. */
public final class FirstBlock {
  static AsyncContextManager<String, RuntimeException> door(String room, Narrator out) {
    return manager(
        () -> {
          out.opened("the door of the {0} is open", room);
          return room;
        },
        (value, outcome) ->
            out.closed(
                "the door of the {0} is shut: {1}", value, outcome.getClass().getSimpleName()));
  }

  public static String run(Narrator out) throws InterruptedException {
    return with(door("library", out)).call(room -> out.work(100, "a book from the " + room));
  }

  static void main() throws InterruptedException {
    AsyncWith.run(() -> IO.println(run(Narrator.console())));
  }
}
