package dev.asyncwith.bench.preview;

import com.softwaremill.jox.structured.Fork;
import com.softwaremill.jox.structured.Race;
import com.softwaremill.jox.structured.Scopes;
import com.softwaremill.jox.structured.Util;
import dev.asyncwith.bench.rival.Block;
import dev.asyncwith.bench.rival.Hold;
import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Tasks;
import dev.asyncwith.bench.rival.Timeout;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** Jox's scopes, on top of the preview; what is closed is closed uninterrupted. */
public final class Jox implements Block, Timeout, Tasks, Hold {
  @Override
  public int one(Resource a, int number) throws InterruptedException {
    return Scopes.supervised(
        _ -> {
          a.enter();
          try {
            return Block.body(a.opened, number);
          } finally {
            Util.uninterruptible(
                () -> {
                  a.close();
                  return null;
                });
          }
        });
  }

  @Override
  public int within(IntSupplier body) throws Exception {
    return Race.timeout(LIMIT.toMillis(), body::getAsInt);
  }

  @Override
  public void all(int children, IntConsumer child) throws InterruptedException {
    Scopes.supervised(
        scope -> {
          for (int i = 0; i < children; i++) {
            int index = i;
            Fork<Void> _ =
                scope.forkUser(
                    () -> {
                      child.accept(index);
                      return null;
                    });
          }
          return null;
        });
  }

  @Override
  public void during(Runnable body) throws InterruptedException {
    Scopes.supervised(
        _ -> {
          body.run();
          return null;
        });
  }
}
