package dev.asyncwith;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that do not outlive a block: Python's {@code asyncio.TaskGroup}.
 *
 * {@snippet :
 * with(TaskGroup.create()).run(tasks -> {
 *   Task<String> one = tasks.fork(() -> fetch("/one"));
 *   Task<String> two = tasks.fork(() -> fetch("/two"));
 * });   // both are done here
 * }
 *
 * <p>Each task runs on a virtual thread; the body runs on the caller's. The exit waits for all
 * tasks. When a task fails, the others and the body are cancelled, and the exit throws an {@link
 * ExceptionGroup} of all failures, that of the body included. When the body fails, or a scope
 * around the group is cancelled, or the thread is interrupted while it waits, the tasks are
 * cancelled and waited for. A task that was cancelled alone is no failure. The failures of tasks
 * win over a cancellation from outside, which stays in effect for what follows.
 *
 * <p>Nothing outlives the block: a task that ignores its cancellation is waited for, and reported
 * to the {@code System.Logger} "dev.asyncwith" with its stack after ten seconds.
 *
 * <p>Threads may fork as long as the body or a task runs; the tasks of a group may fork more. While
 * a thousand tasks run, a thread that forks yields now and then, so that they do not pile up. A
 * group serves one block. All methods but {@code enter} and {@code exit} may be called by any
 * thread.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-task.html#task-groups">CPython 3.13,
 *     asyncio.taskgroups</a>
 */
public final class TaskGroup implements AsyncContextManager<TaskGroup, RuntimeException> {
  /** So many tasks may run before who forks yields now and then. */
  private static final int MANY = 1024;

  private static final int FORKS_BETWEEN_YIELDS = 64;

  private final @Nullable String name;
  private final ContextCarrier carrier;
  private final ThreadFactory threads;
  private final CancelScope scope;

  // Written by the enter, before the group is open.
  private Inherited inherited = Inherited.DEFAULT;
  private @Nullable HeldInterrupt heldAtEnter;

  private final RunningTasks<Task<?>> running = new RunningTasks<>();

  private volatile boolean entered;

  private final GroupFailures failures = new GroupFailures();
  private final Events events = new Events();

  private TaskGroup(@Nullable String name, ContextCarrier carrier, ThreadFactory threads) {
    this.name = name;
    this.carrier = carrier;
    this.threads = threads;
    this.scope = CancelScope.of("TaskGroup", name, events);
  }

  /**
   * Makes a group.
   *
   * @return the group, for one block
   */
  public static TaskGroup create() {
    return new TaskGroup(null, ContextCarrier.none(), Task.VIRTUAL);
  }

  /**
   * A new group like this one, with a name for messages and for the names of its tasks.
   *
   * @param ofGroup the name
   * @return a changed copy, for one block
   */
  public TaskGroup withName(String ofGroup) {
    return new TaskGroup(
        Objects.requireNonNull(ofGroup, "the name of the group is null: give one"),
        carrier,
        threads);
  }

  /**
   * A new group like this one, to whose tasks context is carried along, besides what the thread
   * that enters the group inherited.
   *
   * @param added what of the context of the thread that forks a task goes along
   * @return a changed copy, for one block
   */
  public TaskGroup withContext(ContextCarrier added) {
    return new TaskGroup(name, carrier.and(added), threads);
  }

  /**
   * A new group like this one, whose tasks run on threads of a factory.
   *
   * @param factory makes a thread for each task, virtual or platform, which the group starts; a
   *     fork for which it makes none, or a thread that was started already, throws {@link
   *     IllegalStateException}. A task whose thread ends without having run what it was given fails
   *     with an {@link IllegalStateException}; to see that, a virtual thread waits beside each
   *     thread of the factory
   * @return a changed copy, for one block
   */
  public TaskGroup withThreadFactory(ThreadFactory factory) {
    return new TaskGroup(
        name, carrier, Objects.requireNonNull(factory, "the thread factory is null: give one"));
  }

  /**
   * Starts a task that gives a result.
   *
   * @param <T> the type of the result
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then; after the failure of a task this is no failure of the group
   */
  public <T extends @Nullable Object> Task<T> fork(Callable<? extends T> body) {
    return fork(null, body);
  }

  /**
   * Starts a task that gives a result, with a name.
   *
   * @param <T> the type of the result
   * @param name the name of the task and its thread; null for one with a number
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public <T extends @Nullable Object> Task<T> fork(
      @Nullable String name, Callable<? extends T> body) {
    requireNotCancelled();
    return fork(name, body, events);
  }

  /**
   * Starts a task without a result.
   *
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public Task<@Nullable Void> fork(With0.Action<? extends Exception> body) {
    return fork(null, body);
  }

  /**
   * Starts a task without a result, with a name.
   *
   * @param name the name of the task and its thread; null for one with a number
   * @param body what it does
   * @return the task
   * @throws IllegalStateException if the group is not in its block, or is being cancelled; the body
   *     does not run then
   */
  public Task<@Nullable Void> fork(@Nullable String name, With0.Action<? extends Exception> body) {
    Objects.requireNonNull(body, "the body of the task is null");
    return fork(
        name,
        () -> {
          body.run();
          return null;
        });
  }

  /**
   * Starts a task of whose end {@code toldOfEnd} hears, who tells this group. While the group is
   * being cancelled, it is one that never begins.
   */
  <T extends @Nullable Object> Task<T> fork(
      @Nullable String taskName, Callable<? extends T> body, Task.Parent toldOfEnd) {
    Objects.requireNonNull(body, "the body of the task is null");
    requireOpen();
    Object shown = taskName == null ? new Numbered(name == null ? "task" : name) : taskName;
    var task = new Task<T>(toldOfEnd, scope, shown, threads, inherited, body);
    long number = add(task, shown);
    CancelScope.Cancel cancelled =
        scope.cancelledOnceArrived(); // before, it does not reach the task
    if (cancelled != null) {
      task.scope().cancelFromAbove(cancelled);
    }
    task.start();
    letTasksRun(number);
    return task;
  }

  /** Counts a task and gives it a place; or it is discarded. Tells its number. */
  private long add(Task<?> task, Object shown) {
    long number = 0;
    try {
      task.place(new RunningTasks.Place<>(task));
      number = running.count();
      if (number == 0) {
        throw refused("has ended"); // meanwhile
      }
      if (shown instanceof Numbered name) {
        name.number = number;
      }
      running.add(task.place());
      return number;
    } catch (Throwable notAdded) { // for one, no room on the stack
      if (number != 0) {
        running.remove(task.place());
      }
      task.discard();
      throw notAdded;
    }
  }

  /**
   * Who forks faster than tasks end gives way to them: else the tasks that have not begun fill the
   * heap, and each takes several times as long.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a hint is enough: nothing depends on who runs next
  private void letTasksRun(long number) {
    if (number % FORKS_BETWEEN_YIELDS == 0 && running.size() > MANY) {
      Thread.yield();
    }
  }

  /** A name that becomes a string where the task runs: who forks many has enough to do. */
  private static final class Numbered {
    private final String prefix;

    /** Set before anybody else sees the task; 0 while it is made. */
    private long number;

    Numbered(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public String toString() {
      return number == 0 ? prefix : prefix + "-" + number;
    }
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw refused(entered ? "has ended" : "was not entered");
    }
  }

  private boolean isOpen() {
    return entered && !scope.isLeft();
  }

  private void requireNotCancelled() {
    if (scope.isCancelled() && isOpen()) {
      IllegalStateException refused = refused("is being cancelled");
      failures.refused(refused);
      throw refused;
    }
  }

  private IllegalStateException refused(String why) {
    return new IllegalStateException(
        describe() + " " + why + ", so it takes no new tasks: fork inside its block");
  }

  /**
   * What a task that says when it is ready does.
   *
   * @param <V> the type of what it gives
   */
  @FunctionalInterface
  public interface Startable<V extends @Nullable Object> {
    /**
     * Does the work of the task.
     *
     * @param status to say that the task is ready
     * @throws Exception as it likes
     */
    void run(TaskStatus<V> status) throws Exception;
  }

  /**
   * Starts a task and waits until it is ready: trio's {@code nursery.start}. The task goes on.
   *
   * {@snippet :
   * int port = tasks.start("server", status -> {
   *   var listener = new ServerSocket(0);
   *   status.started(listener.getLocalPort());
   *   serve(listener);
   * });
   * }
   *
   * @param <V> the type of what the task gives
   * @param name the name of the task and its thread; null for one with a number
   * @param body what it does; it calls {@link TaskStatus#started} once
   * @return what the task gave to {@code started}
   * @throws ExecutionException if the task failed before it was ready; the group goes on
   * @throws IllegalStateException if the task ended without being ready, or as {@link #fork} does
   * @throws InterruptedException if the calling thread was interrupted or a scope around the call
   *     was cancelled; a task that is not ready then was cancelled and has ended
   */
  public <V extends @Nullable Object> V start(@Nullable String name, Startable<V> body)
      throws ExecutionException, InterruptedException {
    Objects.requireNonNull(body, "the body of the task is null");
    requireNotCancelled();
    var starting = new Starting<V>(this);
    Task<@Nullable Void> task =
        fork(
            name,
            () -> {
              body.run(starting);
              return null;
            },
            starting);
    return starting.await(task);
  }

  /**
   * Starts a task whose name has a number, and waits until it is ready; see {@link #start(String,
   * Startable)}.
   *
   * @param <V> the type of what the task gives
   * @param body what it does; it calls {@link TaskStatus#started} once
   * @return what the task gave to {@code started}
   * @throws ExecutionException if the task failed before it was ready; the group goes on
   * @throws IllegalStateException if the task ended without being ready, or as {@link #fork} does
   * @throws InterruptedException as {@link #start(String, Startable)} does
   */
  public <V extends @Nullable Object> V start(Startable<V> body)
      throws ExecutionException, InterruptedException {
    return start(null, body);
  }

  /**
   * Cancels the tasks and the body, and lets no new tasks start. The group ends, without a failure,
   * when they have.
   */
  public void cancel() {
    scope.cancel();
  }

  void cancel(String why) {
    scope.cancel(why);
  }

  @Override
  public TaskGroup enter() {
    if (entered) {
      throw new IllegalStateException(
          describe() + " was already entered: a group serves one block, make a new one");
    }
    running.ownedBy(Thread.currentThread());
    var _ = scope.enter();
    scope.linkUp();
    inherited = ThreadContext.inherited().withCarrier(carrier);
    heldAtEnter = HeldInterrupt.innermost();
    entered = true;
    return this;
  }

  /**
   * Waits for all tasks; throws their failures. While the JVM is ending, a task that has called
   * {@link System#exit} is not waited for, since it stands still for good.
   *
   * @param outcome how the body ended; if it failed the tasks are cancelled first
   * @return true if the body ended by {@link #cancel}
   * @throws ExceptionGroup of all failures, if a task failed
   * @throws Error bare, if a task or, besides a task that failed, the body threw one, with the
   *     other failures suppressed in it
   * @throws IllegalStateException if another thread entered the group, or a scope that was entered
   *     in the body is still open; by hand, nothing has changed then. As the exit of a block, the
   *     scope and the group have been left
   * @throws InterruptedException if the thread was interrupted or a scope around the group was
   *     cancelled while it waited; the tasks were cancelled and have ended
   */
  @Override
  public boolean exit(Outcome outcome) throws InterruptedException {
    var _ = scope.requireLeavable();
    return ForgottenScopes.exit(scope, outcome, this::endBlock);
  }

  private boolean endBlock(Outcome outcome) throws InterruptedException {
    ThreadContext thread = ThreadContext.current();
    Throwable body = outcome.failure();
    if (body != null) {
      scope.cancel("the body failed");
    }
    boolean interrupted = awaitTasks(thread);
    boolean byCancel = scope.endBlock(outcome);
    if (!failures.isEmpty()) {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throwFailures(body, byCancel);
    }
    if (interrupted) {
      throw new InterruptedException("interrupted while waiting for the tasks of " + describe());
    }
    if (body == null) {
      thread.check(scope.maskAtEnter(), "waiting for the tasks of", this);
    }
    return byCancel;
  }

  /**
   * Waits until there is no task left, whatever happens; true if the thread was interrupted. The
   * scopes around the group reach the tasks by themselves, so they need not end the wait.
   */
  private boolean awaitTasks(ThreadContext thread) {
    HeldInterrupt.releaseUntil(heldAtEnter); // hidden from this wait, it would have no end
    ExitWatch.pauseImplied();
    boolean interrupted = false;
    long begun = thread.beginExit(null);
    try (var report = new StuckTasks(this, thread.clock())) {
      if (!running.awaitNone()) {
        letShortTasksEnd();
      }
      while (!running.awaitNone() && !(JvmExit.hasBegun() && running.areAll(Task::isInExit))) {
        running.reset();
        if (scope.cancelledAnywhere() != null) {
          report.begin();
        }
        if (JvmExit.hasBegun()) { // nothing tells of a task that calls System.exit
          JvmExit.lookSoon(running);
        }
        try {
          thread.await(running, thread.mask(), "waiting for the tasks of", this);
        } catch (InterruptedException e) {
          interrupted = true;
          scope.cancel("the thread was interrupted while it waited for the tasks");
        }
      }
      return interrupted;
    } finally {
      thread.endExit(begun);
      ExitWatch.resumeImplied();
    }
  }

  /**
   * The tasks that the owner has forked are the next ones of its carrier. If they are short, this
   * spares the owner a park, and them to wake it.
   */
  @SuppressWarnings("ThreadPriorityCheck") // a hint is enough: it waits for what has not ended
  private static void letShortTasksEnd() {
    if (Thread.currentThread().isVirtual()) {
      Thread.yield();
    }
  }

  /** Throws the tasks' failures, and the body's where that is one of its own. */
  private void throwFailures(@Nullable Throwable body, boolean byCancel) {
    boolean echo = body != null && failures.isEcho(body);
    List<Throwable> all = failures.copy();
    if (body != null && !byCancel && !echo && !Cancellations.isCancelled(body)) {
      all.addFirst(body);
    }
    Throwable thrown = ExceptionGroup.orError("tasks of " + describe() + " failed", all);
    if (echo && thrown instanceof ExceptionGroup) {
      thrown.initCause(body);
    }
    if (body != null && body != thrown && (byCancel || thrown instanceof Error)) {
      ExitFailures.supersede(body, thrown);
    }
    throw Exits.<RuntimeException>sneaky(thrown);
  }

  /** What its scope and its tasks tell the group. */
  private final class Events implements CancelScope.Owner, Task.Parent {
    @Override
    public void cancelled() {
      running.wake(); // the exit, if it waits
    }

    @Override
    public void cancelOthers(CancelScope.Cancel why) {
      runningTasks().forEach(task -> task.scope().cancelFromAbove(why));
    }

    @Override
    public @Nullable Throwable forgotten() {
      scope.cancel("its exit was forgotten");
      if (awaitTasks(ThreadContext.current())) {
        Thread.currentThread().interrupt();
      }
      return failures.isEmpty()
          ? null
          : ExceptionGroup.orError("tasks of " + describe() + " failed", failures.copy());
    }

    @Override
    public void failed(Task<?> task, Throwable failure) {
      TaskGroup.this.failed(task, failure);
    }

    @Override
    public void ended(Task<?> task) {
      TaskGroup.this.ended(task);
    }
  }

  void failed(Task<?> task, Throwable failure) {
    failures.add(failure);
    scope.cancel(task.name() + " failed");
  }

  void ended(Task<?> task) {
    running.remove(task.place());
  }

  CancelScope scope() {
    return scope;
  }

  List<Task<?>> runningTasks() {
    return running.copy();
  }

  @Override
  public String describe() {
    return scope.describe();
  }

  @Override
  public String toString() {
    return describe()
        + "["
        + (isOpen() ? "open" : entered ? "closed" : "new")
        + ", "
        + running.size()
        + " tasks]";
  }
}
