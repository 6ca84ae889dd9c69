package dev.asyncwith.bench.rival;

import static dev.asyncwith.AsyncWith.timeout;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.TaskGroup;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** This library. */
public final class AsyncWithRival implements Nested, Stack, Lock, Timeout, Tasks, Hold {
  private static final Resource SHARED = new Resource();

  private final AsyncLock lock = AsyncLock.create();

  @Override
  public int one(Resource a, int number) throws InterruptedException {
    return with(a).call(r -> Block.body(r.opened, number));
  }

  @Override
  public int two(Resource a, Resource b, int number) throws InterruptedException {
    return with(a).and(b).call((r, s) -> Block.body(s.opened + r.opened, number));
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) throws InterruptedException {
    return with(a)
        .and(b)
        .and(c)
        .call((r, s, t) -> Block.body(s.opened + t.opened + r.opened, number));
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number)
      throws InterruptedException {
    return with(a)
        .and(b)
        .and(c)
        .and(d)
        .call((r, s, t, u) -> Block.body(s.opened + t.opened + u.opened + r.opened, number));
  }

  @Override
  public int all(Resource[] resources) throws Exception {
    return with(AsyncExitStack.create())
        .call(
            stack -> {
              int sum = 0;
              for (Resource resource : resources) {
                sum += stack.enter(resource).opened;
              }
              return sum;
            });
  }

  @Override
  public int locked(IntSupplier body) throws InterruptedException {
    return with(lock).call(body::getAsInt);
  }

  @Override
  public int within(IntSupplier body) throws InterruptedException {
    return with(timeout(LIMIT)).call(body::getAsInt);
  }

  @Override
  public void all(int children, IntConsumer child) throws InterruptedException {
    with(TaskGroup.create())
        .run(
            group -> {
              for (int i = 0; i < children; i++) {
                int index = i;
                group.fork(() -> child.accept(index));
              }
            });
  }

  @Override
  public void during(Runnable body) throws InterruptedException {
    with(SHARED).run(_ -> body.run());
  }
}
