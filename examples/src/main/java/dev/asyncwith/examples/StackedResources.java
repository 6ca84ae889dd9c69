package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncWith;
import java.util.ArrayList;
import java.util.List;

/** As many resources as a list names, acquired in a loop and released in reverse order. */
public final class StackedResources {
  static AsyncContextManager<String, RuntimeException> replica(String name, Narrator out) {
    return asyncContextManager(
        body -> {
          out.pause(100);
          with(out.during("{0} acquired", "{0} released", name)).run(() -> body.yield(name));
        });
  }

  public static void run(List<String> names, Narrator out) throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              var inUse = new ArrayList<String>();
              for (String name : names) {
                inUse.add(stack.enter(replica(name, out)));
              }
              out.say("in use: {0}", String.join(", ", inUse));
              out.work(200);
            });
  }

  static void main() throws Exception {
    AsyncWith.run(() -> run(List.of("tokyo", "osaka", "sapporo"), Narrator.console()));
  }
}
