package dev.asyncwith;

import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Bodies in a task of the background, which goes on when the caller waits no longer. */
final class Detached {
  private Detached() {}

  /** Runs a body that the caller's cancellation does not reach. */
  static <R extends @Nullable Object> R shield(With0.Body<? extends R, ?> body)
      throws InterruptedException {
    Waits.check("beginning", "a shielded task");
    return started(body, Task.VIRTUAL, new HandOff<R>(new OfShield())).receive();
  }

  /** Runs a body on a platform thread; the caller's cancellation interrupts and abandons it. */
  static <R extends @Nullable Object> R toThread(
      With0.Body<? extends R, ?> body, AsyncWith.Close<? super R, ?> release)
      throws InterruptedException {
    Waits.check("beginning", "work on a thread");
    Call<R> call = started(body, PlatformThreads.SHARED, new HandOff<R>(new OfThread<R>(release)));
    try {
      return call.receive();
    } catch (InterruptedException e) {
      boolean _ = call.task.cancel("who waited for it was cancelled");
      throw e;
    }
  }

  private record Call<R extends @Nullable Object>(Task<R> task, HandOff<R> handOff) {
    R receive() throws InterruptedException {
      return handOff.receive("waiting for", task);
    }
  }

  private static <R extends @Nullable Object> Call<R> started(
      With0.Body<? extends R, ?> body, ThreadFactory threads, HandOff<R> handOff) {
    Inherited inherited = ThreadContext.inherited();
    Task<R> task =
        inherited.background().start(null, inherited, Bodies.<R>callable(body), threads, true);
    task.whenComplete(
        new Waiter() {
          @Override
          void wake() {
            handOff.giveEndOf(task);
          }
        });
    return new Call<>(task, handOff);
  }

  private static final class OfShield implements HandOff.Owner<@Nullable Object> {
    @Override
    public void value(@Nullable Object late, InterruptedException gone) {}

    @Override
    public void failure(Throwable failure) {
      Late.log("a shielded body failed after who waited for it was cancelled", failure);
    }
  }

  private record OfThread<R extends @Nullable Object>(AsyncWith.Close<? super R, ?> release)
      implements HandOff.Owner<R> {
    @Override
    public void value(R late, InterruptedException gone) {
      Late.<R>release(late, release);
    }

    @Override
    public void failure(Throwable failure) {
      Late.log("work on a thread failed after who waited for it was cancelled", failure);
    }
  }
}
