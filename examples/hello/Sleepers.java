import static dev.asyncwith.AsyncWith.sleep;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.TaskGroup;
import java.time.Duration;

void main() throws InterruptedException {
  long start = System.nanoTime();
  AsyncWith.run(this::sleepALot);
  IO.println("10,000 tasks slept a second each, in %.1f s".formatted((System.nanoTime() - start) / 1e9));
}

void sleepALot() throws InterruptedException {
  // docs: sleepers
  with(TaskGroup.create())
      .run(
          tasks -> {
            for (int i = 0; i < 10_000; i++) {
              tasks.fork(() -> sleep(Duration.ofSeconds(1)));
            }
          });
  // end
}
