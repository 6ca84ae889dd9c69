package dev.asyncwith.bench.preview;

import dev.asyncwith.bench.rival.Block;
import dev.asyncwith.bench.rival.Hold;
import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Tasks;
import dev.asyncwith.bench.rival.Timeout;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Joiner;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** The JDK's {@code StructuredTaskScope}, which is a preview: its body runs in a fork. */
public final class StructuredScope implements Block, Timeout, Tasks, Hold {
  @Override
  public int one(Resource a, int number) throws InterruptedException {
    try (var scope = StructuredTaskScope.open()) {
      var body =
          scope.fork(
              () -> {
                try (Resource r = a.enter()) {
                  return Block.body(r.opened, number);
                }
              });
      scope.join();
      return body.get();
    }
  }

  @Override
  public int within(IntSupplier body) throws InterruptedException {
    try (var scope =
        StructuredTaskScope.open(
            Joiner.<Integer>awaitAllSuccessfulOrThrow(), c -> c.withTimeout(LIMIT))) {
      var forked = scope.fork(body::getAsInt);
      var _ = scope.join();
      return forked.get();
    }
  }

  @Override
  public void all(int children, IntConsumer child) throws InterruptedException {
    try (var scope = StructuredTaskScope.open()) {
      for (int i = 0; i < children; i++) {
        int index = i;
        scope.fork(() -> child.accept(index));
      }
      scope.join();
    }
  }

  @Override
  public void during(Runnable body) throws InterruptedException {
    try (var scope = StructuredTaskScope.open()) {
      scope.fork(body);
      scope.join();
    }
  }
}
