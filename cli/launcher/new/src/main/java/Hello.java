import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncWith;

public class Hello {
  /** What comes before the yield is the enter, what comes after it the exit. */
  static AsyncContextManager<String, RuntimeException> door(String room) {
    return asyncContextManager(
        body -> {
          IO.println("open the door");
          try {
            body.yield(room);
          } finally {
            IO.println("close the door");
          }
        });
  }

  public static void main(String[] args) throws InterruptedException {
    AsyncWith.run( // on Ctrl-C it closes what is open
        () -> with(door("the house")).run(room -> IO.println("Hello from " + room + "!")));
  }
}
