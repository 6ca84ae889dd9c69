package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The result, still to come, of a block that {@code callAsync} or {@code runAsync} started: a
 * {@link CompletableFuture} that knows its block.
 *
 * {@snippet :
 * AsyncResult<String> page = with(session).callAsync(s -> s.get(uri).text());
 * page.orTimeout(5, SECONDS).thenAccept(text -> show(text));
 * }
 *
 * <p>It completes when the last exit is over, on the block's thread, with what the block returned
 * or the very exception that it threw; a block that was cancelled completes it as {@link #cancel}
 * does. Stages that depend on it run there too, without the context that went along with the block.
 *
 * <p>Whoever completes it first, by {@link #cancel}, {@link #orTimeout}, {@link #complete} or their
 * like, cancels the block, as a {@link CancelScope} does: nobody waits for it any more. Then the
 * future is done at once, and {@link #exited} when the exits are over. What the block still returns
 * is closed if it is {@link AutoCloseable}, and what it still fails with is logged by the {@code
 * System.Logger} "dev.asyncwith". What the body of a block returned whose exit fails is closed in
 * any case; if that fails as well, the exit's failure holds it as rule P4 in docs/protocol.md says.
 * To cancel a stage that depends on it does not reach the block, as with every {@code
 * CompletableFuture}.
 *
 * <p>Safe for use by several threads. {@link #get()} is a wait of the library, which a scope
 * cancels; {@link #join} is one of the JDK, which nothing cuts short.
 *
 * @param <R> the type of the result
 */
public final class AsyncResult<R extends @Nullable Object> extends CompletableFuture<R> {
  private static final CompletableFuture<@Nullable Void> OVER = new CompletableFuture<>();

  static {
    boolean _ = OVER.complete(null);
  }

  private final CompletableFuture<@Nullable Void> exited = new CompletableFuture<>();

  /** Set by who decides how this ends: the block, or somebody who does not wait for it. */
  private final AtomicBoolean decided = new AtomicBoolean();

  /** Those who wait in {@code get}; guarded by its monitor. */
  private final List<Waiter> waiters = new ArrayList<>(0);

  private volatile boolean hasExited;
  private final Background background;
  private final AsyncClock clock;
  private final Task<R> task;

  AsyncResult(String name, Callable<? extends R> block) {
    Inherited inherited = ThreadContext.inherited();
    background = inherited.background();
    clock = inherited.clock();
    task = background.start(name, inherited, block, new OfBlock(inherited));
  }

  /**
   * Completes when the block's exits are over, always normally and never before. By then a result
   * that nobody received is closed, and what a body returned whose block then failed. A stage that
   * is asked for before that completes after the stages that depend on the result have run.
   *
   * @return a stage, which cannot be completed by others
   */
  public CompletionStage<@Nullable Void> exited() {
    return (hasExited ? OVER : exited).minimalCompletionStage();
  }

  // ---- the block has ended, and tells it on its thread

  private final class OfBlock implements Task.Parent {
    private final Inherited inherited;

    OfBlock(Inherited inherited) {
      this.inherited = inherited;
    }

    @Override
    public void failed(Task<?> ended, Throwable failure) {
      if (background.isEnding()) {
        background.failed(ended, failure);
      }
    }

    @Override
    public void ended(Task<?> ended) {
      ThreadContext context = ThreadContext.begin(inherited); // of stages that depend on this
      try {
        deliver(ended);
      } finally {
        context.end();
        background.ended(ended);
      }
    }
  }

  /** Takes the task, since the constructor may not have got it yet. */
  private void deliver(Task<?> block) {
    if (decide()) {
      hasExited = true;
      handOver(block);
    } else {
      dropResult(block);
      hasExited = true;
    }
    boolean _ = exited.complete(null);
  }

  @SuppressWarnings("unchecked") // the task is that of this result
  private void handOver(Task<?> block) {
    try {
      boolean _ = super.complete((R) block.resultNow());
    } catch (ExecutionException failed) {
      Throwable failure = block.thrown();
      boolean _ = super.completeExceptionally(failure == null ? failed : failure);
    } catch (CancellationException cancelled) {
      boolean _ = super.completeExceptionally(cancelled);
    }
  }

  private void dropResult(Task<?> block) {
    boolean _ = Thread.interrupted(); // the block has ended, and this is an exit
    try {
      if (block.resultNow() instanceof AutoCloseable late) {
        late.close();
      }
    } catch (CancellationException asItShould) {
      // it was cancelled
    } catch (ExecutionException failed) {
      if (!background.isEnding()) { // else it was reported
        log(block, "failed after its future was completed by somebody else", block.thrown());
      }
    } catch (Throwable failure) {
      log(block, "gave a result that nobody waits for any more, and that does not close", failure);
    }
  }

  private static void log(Task<?> block, String what, @Nullable Throwable failure) {
    System.getLogger("dev.asyncwith").log(Level.WARNING, block.name() + " " + what, failure);
  }

  /**
   * Decides how this ends, unless that was decided. Who gets true completes it next, with no code
   * of users in between.
   */
  private boolean decide() {
    if (!decided.compareAndSet(false, true)) {
      return false;
    }
    List<Waiter> toWake;
    synchronized (waiters) {
      toWake = List.copyOf(waiters);
    }
    toWake.forEach(Waiter::wake);
    return true;
  }

  /** Waits, no longer than a moment, for the completion that was decided on. */
  private void awaitDecided() {
    if (!isDone()) {
      boolean _ = handle((_, _) -> true).join();
    }
  }

  // ---- others complete it

  /** Decides that the block's result is not waited for; false if there is a result. */
  private boolean abandon(String why) {
    if (decide()) {
      boolean _ = task.cancel(why); // before stages that depend on this run, which may block
      return true;
    }
    awaitDecided();
    return false;
  }

  /**
   * Cancels the block. The future is cancelled at once; {@link #exited} tells when the block has
   * been left.
   *
   * @param mayInterruptIfRunning has no effect: the block is cancelled in any case
   * @return true if the future is cancelled now
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return abandon("its future was cancelled")
        ? super.cancel(mayInterruptIfRunning)
        : isCancelled();
  }

  /**
   * Completes the future with another value; cancels the block.
   *
   * @param value the value
   * @return false if the future was completed already
   */
  @Override
  public boolean complete(R value) {
    return abandon("its future was completed by somebody else") && super.complete(value);
  }

  /**
   * Completes the future with a failure; cancels the block.
   *
   * @param failure the failure
   * @return false if the future was completed already
   */
  @Override
  public boolean completeExceptionally(Throwable failure) {
    Objects.requireNonNull(failure, "the failure to complete with is null");
    return abandon("its future was completed by somebody else")
        && super.completeExceptionally(failure);
  }

  /**
   * Completes the future with what a supplier gives, and cancels the block, when an executor has
   * run it.
   *
   * @param supplier gives the value
   * @param executor runs it
   * @return this
   */
  @Override
  public AsyncResult<R> completeAsync(Supplier<? extends R> supplier, Executor executor) {
    Objects.requireNonNull(supplier, "what gives the value is null: give a lambda");
    Objects.requireNonNull(
        executor, "the executor is null: give one, or only what gives the value");
    executor.execute(
        () -> {
          try {
            boolean _ = complete(supplier.get());
          } catch (Throwable failure) {
            boolean _ = completeExceptionally(failure);
          }
        });
    return this;
  }

  /**
   * Cancels the block when a time has passed, and completes the future with a {@link
   * TimeoutException}. The time is that of the thread's clock; stages that depend on the future run
   * on a virtual thread then.
   *
   * @param timeout how long
   * @param unit its unit
   * @return this
   */
  @Override
  public AsyncResult<R> orTimeout(long timeout, TimeUnit unit) {
    var _ = requireUnit(unit);
    var failure = new TimeoutException(task.name() + " took longer than " + timeout + " " + unit);
    after(timeout, unit, () -> completeExceptionally(failure));
    return this;
  }

  /**
   * Cancels the block when a time has passed, and completes the future with a value; otherwise as
   * {@link #orTimeout}.
   *
   * @param value the value
   * @param timeout how long
   * @param unit its unit
   * @return this
   */
  @Override
  public AsyncResult<R> completeOnTimeout(R value, long timeout, TimeUnit unit) {
    after(timeout, unit, () -> complete(value));
    return this;
  }

  /** Not on the clock's thread, since what depends on the future runs as well. */
  private void after(long time, TimeUnit unit, Runnable completion) {
    Duration wait = Duration.ofNanos(requireUnit(unit).toNanos(time));
    AsyncClock.Alarm alarm = Nanos.alarm(clock, wait, () -> Thread.startVirtualThread(completion));
    var _ = whenComplete((_, _) -> alarm.cancel());
  }

  private static TimeUnit requireUnit(TimeUnit unit) {
    return Objects.requireNonNull(unit, "the unit of the time is null: give TimeUnit.SECONDS");
  }

  /**
   * Not supported: what was given out is not taken back.
   *
   * @param value ignored
   * @throws UnsupportedOperationException always
   */
  @Override
  public void obtrudeValue(R value) {
    throw new UnsupportedOperationException(this + " keeps its result once it is there");
  }

  /**
   * Not supported: what was given out is not taken back.
   *
   * @param failure ignored
   * @throws UnsupportedOperationException always
   */
  @Override
  public void obtrudeException(Throwable failure) {
    throw new UnsupportedOperationException(this + " keeps its result once it is there");
  }

  // ---- waiting

  /**
   * Waits for the result.
   *
   * @return the result
   * @throws ExecutionException if the block failed; its failure is the cause
   * @throws CancellationException if it was cancelled
   * @throws IllegalStateException if the block waits for itself
   * @throws InterruptedException if the waiting thread was interrupted, or a scope around the call
   *     is cancelled; the block goes on
   */
  @Override
  public R get() throws ExecutionException, InterruptedException {
    Waits.check("waiting for", this);
    if (!isDone()) {
      await(new Waiter());
    }
    return super.get();
  }

  /**
   * Waits for the result, for at most a time by the thread's clock. The block goes on after it;
   * {@link #orTimeout} cancels it.
   *
   * @param timeout how long
   * @param unit its unit
   * @return the result
   * @throws TimeoutException if it is not there by then
   * @throws ExecutionException if the block failed; its failure is the cause
   * @throws CancellationException if it was cancelled
   * @throws IllegalStateException if the block waits for itself
   * @throws InterruptedException if the waiting thread was interrupted, or a scope around the call
   *     is cancelled; the block goes on
   */
  @Override
  public R get(long timeout, TimeUnit unit)
      throws ExecutionException, InterruptedException, TimeoutException {
    var _ = requireUnit(unit);
    Waits.check("waiting for", this);
    if (!isDone()) {
      var waiter = new Waiter();
      Duration wait = Duration.ofNanos(unit.toNanos(timeout));
      AsyncClock.Alarm alarm = Nanos.alarm(clock, wait, waiter::wake);
      try {
        await(waiter);
      } finally {
        alarm.cancel();
      }
    }
    if (!isDone()) {
      throw new TimeoutException(task.name() + " took longer than " + timeout + " " + unit);
    }
    return super.get();
  }

  /** Waits until this is done, or the waiter is woken by somebody else. */
  private void await(Waiter waiter) throws InterruptedException {
    if (Thread.currentThread() == task.thread()) {
      throw new IllegalStateException(this + " waits for itself, which would never end");
    }
    synchronized (waiters) { // no stage, for those cannot be taken off again
      waiters.add(waiter);
    }
    try {
      if (!decided.get()) {
        Waits.await(waiter, "waiting for", this);
      }
    } finally {
      synchronized (waiters) {
        waiters.remove(waiter);
      }
    }
    if (decided.get()) {
      awaitDecided();
    }
  }

  /** How many threads wait for this in {@code get}. */
  int waiting() {
    synchronized (waiters) {
      return waiters.size();
    }
  }

  @Override
  public String toString() {
    return "AsyncResult[%s, %s]"
        .formatted(task.name(), state().name().toLowerCase(java.util.Locale.ROOT));
  }
}
