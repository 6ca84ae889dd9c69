package dev.asyncwith.files;

import dev.asyncwith.AsyncWith;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way from the thread that needs the answer to the {@link IoPool} that finds it.
 *
 * <pre>
 * state     from → to  by
 * PENDING   DONE       the pool's thread, after the call
 * PENDING   ABANDONED  the caller, who no longer wants the answer
 * </pre>
 *
 * Whoever loses that race releases the answer, so that a late one is never lost.
 */
final class Handover<T extends @Nullable Object> implements Runnable {
  private enum State {
    PENDING,
    DONE,
    ABANDONED
  }

  private final IoCall<? extends T> call;
  private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);
  private volatile @Nullable Thread waiter;
  private volatile @Nullable CompletableFuture<@Nullable Void> over;

  /** The answer; written before DONE, read after it. */
  private @Nullable T result;

  private @Nullable Throwable failure;

  /** What to do with a late answer; written before ABANDONED, read after it. */
  private @Nullable Release<? super T> release;

  /** Releases an answer that nobody waits for. */
  @FunctionalInterface
  interface Release<T extends @Nullable Object> {
    void release(T answer) throws IOException;
  }

  Handover(IoCall<? extends T> call) {
    this.call = call;
  }

  @Override
  public void run() {
    try {
      result = call.call();
    } catch (Throwable thrown) {
      failure = thrown;
    }
    if (state.compareAndSet(State.PENDING, State.DONE)) {
      LockSupport.unpark(waiter);
      CompletableFuture<@Nullable Void> awaited = over;
      if (awaited != null) {
        awaited.complete(null);
      }
    } else {
      releaseAnswer();
    }
  }

  /** Waits for the answer whatever happens; an interrupt is kept for after it. */
  T awaitShielded() throws IOException {
    boolean interrupted = false;
    waiter = Thread.currentThread();
    while (state.get() == State.PENDING) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted(); // a set flag would turn the park into a spin
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return answer();
  }

  /** Waits for the answer or a cancel, which leaves the call as it is: it may be awaited again. */
  T await() throws IOException, InterruptedException {
    var awaited = new CompletableFuture<@Nullable Void>();
    over = awaited;
    if (state.get() == State.PENDING) {
      var _ = AsyncWith.await(awaited);
    }
    return answer();
  }

  /** Gives the answer up: it is released when it comes, or now if it came meanwhile. */
  void abandon(Release<? super T> lateRelease) {
    release = lateRelease;
    if (!state.compareAndSet(State.PENDING, State.ABANDONED)) {
      releaseAnswer();
    }
  }

  @SuppressWarnings("NullAway") // what the call gave
  private T answer() throws IOException {
    return switch (failure) {
      case null -> result;
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("an IoCall throws nothing else", failure);
    };
  }

  @SuppressWarnings("NullAway") // written before ABANDONED
  private void releaseAnswer() {
    if (failure == null) {
      try {
        release.release(result);
      } catch (IOException e) {
        // Nobody is left to tell; the descriptor is free even if close reports an error.
      }
    }
  }
}
