package dev.asyncwith;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of its own, started by {@link TaskGroup#fork}: Python's {@code asyncio.Task}.
 * Safe for use by several threads.
 *
 * <p>A task is done when its thread has left its body. One that was cancelled before it began never
 * begins; one that ignores its cancellation ends as its body does.
 *
 * @param <T> the type of its result
 * @see <a href="https://docs.python.org/3/library/asyncio-task.html#task-object">CPython 3.13,
 *     asyncio.tasks</a>
 */
public final class Task<T extends @Nullable Object> extends Completion {
  /** Makes the threads of tasks where no other factory was given. */
  static final ThreadFactory VIRTUAL = Thread.ofVirtual().factory();

  /** How it ended. */
  private enum End {
    SUCCEEDED,
    FAILED,
    CANCELLED
  }

  /** Who hears of the end of a task, on its thread, before anybody who waits for it. */
  interface Parent {
    /** The task ends with a failure, which is not its own cancellation. */
    void failed(Task<?> task, Throwable failure);

    /** The task is done. */
    void ended(Task<?> task);
  }

  private final Parent parent;
  private final CancelScope scope;

  /** Says the name of the task, which its thread gets. */
  private final Object title;

  private final Callable<? extends T> body;
  private final Inherited inherited;
  private final Thread thread;

  /** Among the tasks of its group; set before it is started. */
  private RunningTasks.@Nullable Place<Task<?>> place;

  private volatile boolean handled;

  /** Set by who comes first: the thread that runs it, or who sees that its thread has not. */
  private boolean begun;

  // Written before the task is complete.
  private @Nullable End end;
  private @Nullable T result;
  private @Nullable Throwable failure;

  /**
   * Whether the group has started the thread: a factory that starts it runs nothing. Written before
   * the start, so the thread sees it if it is that one's.
   */
  private boolean started;

  /** The failure of a task that its thread did not run; null if the factory is the library's. */
  private final @Nullable Supplier<String> notRun;

  /**
   * Makes a task. It calls code of users, the carrier and the thread factory, so no lock is held.
   *
   * @throws IllegalStateException if the factory gives no thread that can be started
   */
  Task(
      Parent parent,
      CancelScope above,
      Object name,
      ThreadFactory threads,
      Inherited inherited,
      Callable<? extends T> body) {
    this.parent = parent;
    this.title = name;
    this.scope = CancelScope.under(above, "task", name);
    this.body = body;
    this.inherited = inherited;
    ContextCarrier.Captured context = inherited.carrier().capture();
    this.thread = checked(threads.newThread(() -> runWith(context)), above, name, threads);
    this.notRun =
        threads == VIRTUAL || threads instanceof PlatformThreads
            ? null
            : () ->
                "%s of %s was not run: %s from the thread factory %s ended without, "
                        .formatted(name, above.describe(), thread, threads)
                    + "and a thread has to run what newThread was given";
  }

  private static Thread checked(
      @Nullable Thread made, CancelScope above, Object name, ThreadFactory threads) {
    if (made != null && PlatformThreads.isUnstarted(made)) {
      return made;
    }
    String what = made == null ? "no thread" : made + ", which was started already,";
    throw new IllegalStateException(
        "%s got %s for %s from the thread factory %s, so that was not begun: "
                .formatted(above.describe(), what, name, threads)
            + "its newThread has to return a new thread that it has not started");
  }

  /** It is not started after all. */
  void discard() {
    PlatformThreads.discard(thread);
  }

  CancelScope scope() {
    return scope;
  }

  Thread thread() {
    return thread;
  }

  void place(RunningTasks.Place<Task<?>> inGroup) {
    place = inGroup;
  }

  RunningTasks.Place<Task<?>> place() {
    return Objects.requireNonNull(place, "a task of a group has a place");
  }

  /** Whether its thread is in {@link System#exit}, and so never ends. */
  boolean isInExit() {
    return JvmExit.holds(thread);
  }

  void start() {
    Activity activity = inherited.activity();
    if (activity != null) {
      activity.started();
    }
    boolean runs = false;
    try {
      if (notRun != null || !thread.isVirtual()) { // else it names itself, where it runs
        thread.setName(title.toString());
      }
      started = true;
      thread.start();
      runs = true;
    } finally {
      if (!runs) { // no memory for it, or it was started by now
        parent.ended(this);
        countAsEnded();
      }
    }
    Supplier<String> failure = notRun;
    if (failure != null) {
      Thread.ofVirtual().inheritInheritableThreadLocals(false).start(() -> failUnlessRun(failure));
    }
  }

  private synchronized boolean begins() {
    boolean first = !begun;
    begun = true;
    return first;
  }

  /** Waits for the end of the thread, and of the task if that was not begun: nobody else will. */
  private void failUnlessRun(Supplier<String> failure) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody knows this thread", e);
    }
    if (thread.getState() != Thread.State.TERMINATED || !begins()) {
      return;
    }
    try {
      end(End.FAILED, null, new IllegalStateException(failure.get()));
    } finally {
      parent.ended(this);
      countAsEnded();
    }
  }

  private void countAsEnded() {
    Activity activity = inherited.activity();
    if (activity != null) {
      activity.ended();
    }
  }

  private void runWith(ContextCarrier.Captured context) {
    if (!started || (notRun != null && !begins())) { // else nobody looks whether it has begun
      return;
    }
    if (thread.getName().isEmpty()) {
      thread.setName(title.toString());
    }
    try {
      if (context == CarriesNothing.CAPTURED) {
        run();
      } else {
        context.run(this::run);
      }
      if (!isDone()) {
        throw new IllegalStateException(
            "the context carrier of "
                + name()
                + " did not run the task: a captured context has to run the work it is given");
      }
    } catch (Throwable ofCarrier) {
      if (isDone()) {
        Late.log("the context carrier of " + name() + " failed after the task's end", ofCarrier);
      } else {
        end(End.FAILED, null, ofCarrier);
      }
    } finally {
      parent.ended(this);
      countAsEnded();
    }
  }

  private void run() {
    ThreadContext current = ThreadContext.begin(inherited, this);
    FlightEvents.Span span = FlightEvents.beginTask();
    var _ = scope.enter();
    try {
      boolean begins = !scope.isCancelled();
      @Nullable T value = null;
      try {
        if (begins) {
          value = body.call();
        }
      } catch (Throwable thrown) {
        endFailed(thrown);
        return;
      }
      endSucceeded(begins ? End.SUCCEEDED : End.CANCELLED, value);
    } finally {
      current.end();
      if (span != null) {
        span.endTask(this);
      }
    }
  }

  /** What it belongs to. */
  String owner() {
    CancelScope above = scope.above();
    return above == null ? "" : above.describe();
  }

  /** How far it is, or how it ended, in a word. */
  String progress() {
    End how = end();
    return how == null ? "running" : how.name().toLowerCase(Locale.ROOT);
  }

  private void endSucceeded(End how, @Nullable T value) {
    try {
      var _ = leave(Outcome.succeeded());
    } catch (Throwable forgotten) {
      end(End.FAILED, null, forgotten);
      return;
    }
    end(how, value, null);
  }

  private void endFailed(Throwable thrown) {
    boolean ownCancellation = isOwnCancellation(thrown);
    Throwable failure = thrown;
    try {
      ownCancellation |= leave(Cancellations.outcome(thrown));
    } catch (Throwable forgotten) {
      ownCancellation = false;
      failure = ExitFailures.combine(thrown, forgotten);
    }
    end(ownCancellation ? End.CANCELLED : End.FAILED, null, failure);
  }

  /** Leaves the task's scope; throws if one inside of it is still open, which is left as well. */
  private boolean leave(Outcome outcome) {
    return ForgottenScopes.exit(scope, outcome, scope::endBlock);
  }

  private boolean isOwnCancellation(Throwable thrown) {
    if (thrown instanceof CancellationException) { // of a sibling, whom the cancel reached before
      return scope.cancelledAnywhere() != null;
    }
    return scope.isCancelled() && Cancellations.isCancelled(thrown);
  }

  private void end(End how, @Nullable T value, @Nullable Throwable thrown) {
    if (isDone()) {
      return;
    }
    if (how == End.FAILED && thrown != null) {
      parent.failed(this, thrown);
    }
    result = value;
    failure = thrown;
    end = how;
    complete();
  }

  private @Nullable End end() {
    return isComplete() ? end : null;
  }

  /** Says that somebody will look at the end of the task, so that its failure is not lost. */
  Task<T> handled() {
    handled = true;
    return this;
  }

  /** Whether somebody waits for the task, or has said that he will. */
  boolean isHandled() {
    return handled || isAwaited();
  }

  /**
   * The name of the task and of its thread.
   *
   * @return the name
   */
  public String name() {
    String ofThread = started ? thread.getName() : ""; // before, it has that of its factory
    return ofThread.isEmpty() ? title.toString() : ofThread;
  }

  /**
   * Waits for the task's result.
   *
   * @return the result
   * @throws ExecutionException if the task failed; its failure is the cause
   * @throws CancellationException if the task was cancelled, and not together with the call
   * @throws IllegalStateException if the task waits for itself
   * @throws InterruptedException if the waiting thread was interrupted, or a scope around the call
   *     is cancelled; the task goes on
   */
  public T get() throws ExecutionException, InterruptedException {
    join();
    return result();
  }

  /** The result of a task that was waited for; one that was cancelled may be so with its waiter. */
  T result() throws ExecutionException, InterruptedException {
    if (isCancelled()) {
      Waits.check("waiting for", this);
    }
    return resultNow();
  }

  /** Waits until the task is done. */
  void join() throws InterruptedException {
    Waits.check("waiting for", this);
    if (isDone()) {
      return;
    }
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException(this + " waits for itself, which would never end");
    }
    var waiter = new Waiter();
    whenComplete(waiter);
    try {
      Waits.await(waiter, "waiting for", this);
    } finally {
      forget(waiter);
    }
  }

  /** The result of a task that is done. */
  @SuppressWarnings("NullAway") // null only where the body may return it
  T resultNow() throws ExecutionException {
    return switch (end()) {
      case SUCCEEDED -> result;
      case FAILED -> throw new ExecutionException(name() + " failed", failure);
      case CANCELLED -> throw cancellation();
      case null -> throw new IllegalStateException(this + " is not done");
    };
  }

  private CancellationException cancellation() {
    if (failure == null) { // which else tells the reason
      CancelScope.Cancel why = scope.cancelledAnywhere();
      return new CancellationException(
          name() + " was cancelled before it began: " + (why == null ? "?" : why.reason()));
    }
    var cancelled = new CancellationException(name() + " was cancelled");
    cancelled.initCause(failure);
    return cancelled;
  }

  /**
   * What the task failed with.
   *
   * @return the failure; null if it succeeded, was cancelled or is not done
   */
  public @Nullable Throwable exception() {
    return end() == End.FAILED ? failure : null;
  }

  /** What ended the body, its own cancellation included; null if nothing did. */
  @Nullable Throwable thrown() {
    return isDone() ? failure : null;
  }

  /**
   * Cancels the task: it does not begin, or its body is cancelled as by a {@link CancelScope}. A
   * task that is cancelled alone is no failure of its group, which waits for it all the same.
   *
   * @return false if the task was done or cancelled already
   */
  public boolean cancel() {
    return cancel("cancel() was called");
  }

  /**
   * Cancels the task, with a reason.
   *
   * @param reason why, for the message of the exceptions in the task
   * @return false if the task was done or cancelled already
   */
  public boolean cancel(String reason) {
    Objects.requireNonNull(reason, "the reason of the cancel is null: give one, or call cancel()");
    return !isDone() && scope.cancel(new CancelScope.Cancel(reason, false));
  }

  /**
   * Whether the task's thread has left its body.
   *
   * @return true if {@link #get} does not wait
   */
  public boolean isDone() {
    return isComplete();
  }

  /**
   * Whether the task ended because it was cancelled.
   *
   * @return true if so; false as long as it runs
   */
  public boolean isCancelled() {
    return end() == End.CANCELLED;
  }

  @Override
  public String toString() {
    return "Task[" + name() + ", " + progress() + "]";
  }
}
