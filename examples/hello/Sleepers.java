import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.TaskGroup;
import java.time.Duration;

void main() throws InterruptedException {
  AsyncWith.run(
      () ->
          with(TaskGroup.create())
              .run(
                  tasks -> {
                    for (int i = 0; i < 10_000; i++) {
                      tasks.fork(() -> sleep(Duration.ofSeconds(1)));
                    }
                  }));
  IO.println("10,000 tasks have slept a second each.");
}
