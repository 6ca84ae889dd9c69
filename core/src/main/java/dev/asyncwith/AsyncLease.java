package dev.asyncwith;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A lease on its way to a future. No thread waits for the token, which this borrows itself; when it
 * is there, a task of the background finds or makes a resource.
 */
final class AsyncLease<T, X extends Exception> {
  private final ResourcePool<T, X> pool;
  private final Inherited inherited = ThreadContext.inherited();
  private final CompletableFuture<Lease<T, X>> given = new CompletableFuture<>();

  /** Whether the task has run, which gives the token back if it gives no lease. */
  private volatile boolean begun;

  AsyncLease(ResourcePool<T, X> pool) {
    this.pool = pool;
  }

  CompletableFuture<Lease<T, X>> start() {
    try {
      pool.requireOpen();
    } catch (IllegalStateException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    CompletableFuture<@Nullable Void> token = pool.limiter().acquireAsync(this);
    Runnable withdraw = () -> token.cancel(false);
    boolean waits = pool.beginWait(withdraw);
    var _ =
        token.whenComplete(
            (_, gaveUp) -> {
              pool.endWait(withdraw);
              if (gaveUp == null) {
                lend();
              } else {
                refuse();
              }
            });
    if (!waits) {
      withdraw.run();
    }
    var _ = given.whenComplete((_, _) -> withdraw.run());
    return given;
  }

  /** The token was withdrawn, since the future is done or the pool closes. */
  private void refuse() {
    try {
      pool.requireOpen();
    } catch (IllegalStateException closed) {
      boolean _ = given.completeExceptionally(closed);
    }
  }

  private void lend() {
    if (given.isDone()) {
      pool.limiter().releaseOnBehalfOf(this);
      return;
    }
    Task<Lease<T, X>> task;
    try {
      Background background = inherited.background();
      task = background.start(null, inherited, this::run, Thread.ofVirtual().factory(), true);
    } catch (Throwable refused) { // the runner has ended
      pool.limiter().releaseOnBehalfOf(this);
      boolean _ = given.completeExceptionally(refused);
      return;
    }
    task.whenComplete(
        new Waiter(null) {
          @Override
          void wake() {
            deliver(task);
          }
        });
  }

  private Lease<T, X> run() throws Exception {
    begun = true;
    return pool.lend(this);
  }

  private void deliver(Task<Lease<T, X>> task) {
    if (!begun) {
      pool.limiter().releaseOnBehalfOf(this);
    }
    try {
      Lease<T, X> lease = task.resultNow();
      if (!given.complete(lease)) {
        Late.release(lease, Lease::close);
      }
    } catch (CancellationException cancelled) {
      boolean _ = given.completeExceptionally(cancelled);
    } catch (ExecutionException failed) {
      Throwable thrown = task.thrown();
      Throwable failure = thrown == null ? failed : thrown;
      if (!given.completeExceptionally(failure)) {
        Late.log("a resource for which nobody waits any more could not be made", failure);
      }
    }
  }
}
