package dev.asyncwith;

import java.io.Closeable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The block of {@code async with}, and the managers and functions of everyday use. Meant for a
 * static import.
 *
 * {@snippet :
 * import static dev.asyncwith.AsyncWith.with;
 *
 * String text = with(AsyncFiles.open(path, "r")).call(file -> file.read());
 * with(session).and(lock).run(s -> s.post(uri));
 * }
 *
 * <p>Python's {@code await f()} is the call {@code f()}: the code runs on a virtual thread, which
 * waits without holding up another. All methods may be called from any thread.
 */
public final class AsyncWith extends ConcurrencyStatics {
  private AsyncWith() {}

  /**
   * Acquires a value.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that it throws
   */
  @FunctionalInterface
  public interface Acquire<T extends @Nullable Object, X extends Throwable> {
    /**
     * Acquires.
     *
     * @return the value
     * @throws X if it cannot
     * @throws InterruptedException if the thread was interrupted
     */
    T acquire() throws X, InterruptedException;
  }

  /**
   * Releases a value, told how the body ended.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that it throws
   */
  @FunctionalInterface
  public interface Release<T extends @Nullable Object, X extends Throwable> {
    /**
     * Releases.
     *
     * @param value what was acquired
     * @param outcome how the body ended
     * @throws X if it cannot
     * @throws InterruptedException if the thread was interrupted
     */
    void release(T value, Outcome outcome) throws X, InterruptedException;
  }

  /**
   * Closes a value.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that it throws
   */
  @FunctionalInterface
  public interface Close<T extends @Nullable Object, X extends Throwable> {
    /**
     * Closes.
     *
     * @param value what to close
     * @throws X if it cannot
     * @throws InterruptedException if the thread was interrupted
     */
    void close(T value) throws X, InterruptedException;
  }

  /**
   * Begins a block: {@code with(manager).call(value -> …)}, Python's {@code async with manager as
   * value: …}. Nothing is entered yet.
   *
   * @param <A> the type of the manager's value
   * @param <W> the checked exception that the manager throws
   * @param manager the manager
   * @return the block
   */
  public static <A extends @Nullable Object, W extends Throwable>
      With1<A, W, RuntimeException, RuntimeException, RuntimeException> with(
          AsyncContextManager<A, W> manager) {
    return new With1<>(manager);
  }

  /**
   * Begins the block of a guard: {@code with(lock).run(() -> …)}. Nothing is entered yet.
   *
   * @param <W> the checked exception that the guard throws
   * @param guard the guard
   * @return the block
   */
  public static <W extends Throwable>
      With0<W, RuntimeException, RuntimeException, RuntimeException> with(AsyncGuard<W> guard) {
    return new With0<>(guard);
  }

  /**
   * A manager of two lambdas. It may be used again and again, and by several threads at a time; a
   * block inside a block of the same thread needs a manager of its own. Return it from a method, or
   * assign it to a variable, of a declared type: that is where the compiler takes the exception
   * from; in {@code with(manager(…))} it would be {@link Throwable}.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that both throw
   * @param acquire gives the value
   * @param close closes it, however the body ended
   * @return the manager
   */
  public static <T extends @Nullable Object, X extends Throwable> AsyncContextManager<T, X> manager(
      Acquire<T, ? extends X> acquire, Close<? super T, ? extends X> close) {
    Objects.requireNonNull(close, "what closes is null: give a lambda");
    return AsyncWith.<T, X>manager(acquire, (value, _) -> close.close(value));
  }

  /**
   * A manager of two lambdas, of which the second is told how the body ended. It may be used like
   * that of {@link #manager(Acquire, Close)}.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that both throw
   * @param acquire gives the value
   * @param release releases it; suppresses nothing
   * @return the manager
   */
  public static <T extends @Nullable Object, X extends Throwable> AsyncContextManager<T, X> manager(
      Acquire<T, ? extends X> acquire, Release<? super T, ? extends X> release) {
    return new Managers.Pair<>(acquire, release);
  }

  /**
   * A manager of a value that can also be kept and closed by hand, for libraries whose resources
   * offer both: {@code with(files.open(path)).run(…)} and {@code files.open(path).open()}. It may
   * be used like that of {@link #manager(Acquire, Close)}.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that both throw
   * @param name names it in error messages
   * @param open gives a new value
   * @param close closes it, as its own {@code close()} does
   * @return the manager
   */
  public static <T extends AutoCloseable, X extends Throwable> AsyncResource<T, X> resource(
      String name, Acquire<T, ? extends X> open, Close<? super T, ? extends X> close) {
    return new Managers.Resource<>(name, open, close);
  }

  /**
   * A manager written as one method that yields: Python's {@code @asynccontextmanager}. In a block
   * it runs on the block's own stack; in an {@link AsyncExitStack} on a virtual thread of its own,
   * where thread-locals and lock ownership of the stack's thread are out of reach.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that it throws
   * @param generator acquires, yields once, releases
   * @return a manager for one block
   */
  public static <T extends @Nullable Object, X extends Throwable>
      AsyncContextManager<T, X> asyncContextManager(Generator<T, X> generator) {
    return new GeneratorManager<>(null, generator);
  }

  /**
   * Like {@link #asyncContextManager(Generator)}, with a name for error messages.
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that it throws
   * @param name the name
   * @param generator acquires, yields once, releases
   * @return a manager for one block
   */
  public static <T extends @Nullable Object, X extends Throwable>
      AsyncContextManager<T, X> asyncContextManager(String name, Generator<T, X> generator) {
    return new GeneratorManager<>(
        Objects.requireNonNull(name, "the name is null: give one, or call the method without"),
        generator);
  }

  /**
   * Like {@link #asyncContextManager(Generator)}, for a manager without a value: a timer, a changed
   * setting. The generator calls {@link Yield#yield()}.
   *
   * @param <X> the checked exception that it throws
   * @param generator acquires, yields once, releases
   * @return a guard for one block
   */
  public static <X extends Throwable> AsyncGuard<X> asyncGuard(
      Generator<@Nullable Void, X> generator) {
    return new GeneratorGuard<>(null, generator);
  }

  /**
   * Like {@link #asyncGuard(Generator)}, with a name for error messages.
   *
   * @param <X> the checked exception that it throws
   * @param name the name
   * @param generator acquires, yields once, releases
   * @return a guard for one block
   */
  public static <X extends Throwable> AsyncGuard<X> asyncGuard(
      String name, Generator<@Nullable Void, X> generator) {
    return new GeneratorGuard<>(
        Objects.requireNonNull(name, "the name is null: give one, or call the method without"),
        generator);
  }

  /**
   * A manager that closes a value at the end of the block: Python's {@code aclosing}.
   *
   * @param <T> the type of the value
   * @param value what to close
   * @return the manager
   */
  public static <T extends Closeable> AsyncContextManager<T, java.io.IOException> closing(T value) {
    return AsyncWith.<T, java.io.IOException>closing(value, Closeable::close);
  }

  /**
   * A manager that closes a value at the end of the block: Python's {@code aclosing}.
   *
   * @param <T> the type of the value
   * @param value what to close
   * @return the manager
   */
  public static <T extends AutoCloseable> AsyncContextManager<T, Exception> closing(T value) {
    return AsyncWith.<T, Exception>closing(value, AutoCloseable::close);
  }

  /**
   * A manager that closes a value at the end of the block, however it ends. For a value whose own
   * {@code close} throws less than {@link AutoCloseable#close}; the exception is taken from a
   * declared type:
   *
   * {@snippet :
   * AsyncContextManager<ExecutorService, RuntimeException> closing =
   *     closing(Executors.newVirtualThreadPerTaskExecutor(), ExecutorService::close);
   * }
   *
   * @param <T> the type of the value
   * @param <X> the checked exception that {@code close} throws
   * @param value what to close
   * @param close closes it: {@code ExecutorService::close}
   * @return the manager
   */
  public static <T, X extends Throwable> AsyncContextManager<T, X> closing(
      T value, Close<? super T, ? extends X> close) {
    Objects.requireNonNull(value, "the value to close is null");
    Objects.requireNonNull(close, "what closes is null: give a lambda");
    return new Managers.Given<>("closing of " + Names.of(value.getClass()), value, close);
  }

  /**
   * A manager that gives a value and does nothing: Python's {@code nullcontext}. It holds no state
   * and may be used by many threads at a time.
   *
   * @param <T> the type of the value
   * @param value the value, or null
   * @return the manager
   */
  public static <T extends @Nullable Object> AsyncContextManager<T, RuntimeException> nullContext(
      T value) {
    return new Managers.Given<>("nullContext", value, _ -> {});
  }

  /**
   * A guard that suppresses the failures of the given classes: Python's {@code suppress}. A
   * cancellation is suppressed only where a class of cancellations is named ({@code
   * suppress(Exception.class)} lets {@link InterruptedException} through), and the thread's
   * interrupt flag is set again. Of an {@link ExceptionGroup} the matching members are dropped. It
   * holds no state and may be used by many threads at a time.
   *
   * @param types what to suppress; none suppresses nothing
   * @return the guard
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static AsyncGuard<RuntimeException> suppress(Class<? extends Throwable>... types) {
    Objects.requireNonNull(types, "the classes to suppress are null: give some, or nothing");
    for (Class<? extends Throwable> type : types) {
      Objects.requireNonNull(type, "a class to suppress is null");
    }
    return new Managers.Suppress(List.of(types));
  }

  /**
   * A manager of a resource whose library answers by {@link CompletionStage}s. It may be used like
   * that of {@link #manager(Acquire, Close)}.
   *
   * <p>The enter waits for the stage that {@code acquire} gives. If it is interrupted meanwhile the
   * value, should it still come, is released. The exit waits for the stage of {@code release}. What
   * a stage failed with is thrown as it is if it is unchecked, and else in a {@link
   * java.util.concurrent.CompletionException}.
   *
   * @param <T> the type of the value
   * @param acquire starts to acquire
   * @param release starts to release, told how the body ended
   * @return the manager
   */
  public static <T> AsyncContextManager<T, RuntimeException> ofStages(
      Supplier<? extends CompletionStage<T>> acquire,
      BiFunction<? super T, ? super Outcome, ? extends CompletionStage<?>> release) {
    return new Stages.Manager<>(acquire, release);
  }

  /**
   * Runs a program: Python's {@code asyncio.run}. The main body runs on a new virtual thread, for
   * whose end the caller waits. What it leaves running then is cancelled and waited for as by a
   * {@link Runner}, which this is, with the signals added.
   *
   * <p>When the JVM is asked to end (Ctrl-C, SIGTERM) the main body is cancelled, as by a {@link
   * CancelScope}, and has, with what it leaves running, 20 seconds to leave its blocks. If they do
   * not suffice, what it waits in is printed to {@link System#err}. Then the JVM ends, with the
   * exit code 130 after Ctrl-C (SIGINT) and 143 after SIGTERM. A second such signal ends it at
   * once. Under {@code -Xrs} a signal ends the JVM without leaving a block.
   *
   * <p>{@link System#exit} never returns, so the blocks of its own thread are not left. On the main
   * body's thread it ends the JVM without more ado. On another thread it asks the main body to end,
   * as a signal does; a {@link TaskGroup} does not wait for a task that sits in it, but whatever
   * else waits for such a thread uses up the 20 seconds. To end a program with an exit code, return
   * the code from the main body and call {@code System.exit} after {@code run}.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param main the program
   * @return what it returned
   * @throws E if the program does; the very exception, its trace the program's and then the
   *     caller's
   * @throws InterruptedException if the program throws it, as it should when the calling thread is
   *     interrupted, or a scope around the call cancelled, which cancels the program; or if that
   *     was so before it began
   * @throws IllegalStateException if the calling thread belongs to a run already
   */
  public static <R extends @Nullable Object, E extends Throwable> R run(
      With0.Body<? extends R, ? extends E> main) throws E, InterruptedException {
    return MainThread.<R, E>run(main, RunnerConfiguration.GRACE);
  }

  /**
   * Runs a program without a result; see {@link #run(With0.Body)}.
   *
   * @param <E> the checked exception that the body throws
   * @param main the program
   * @throws E if the program does
   * @throws InterruptedException if the program throws it
   */
  public static <E extends Throwable> void run(With0.Action<? extends E> main)
      throws E, InterruptedException {
    Objects.requireNonNull(main, "the program is null: give run a lambda");
    MainThread.<@Nullable Void, E>run(
        () -> {
          main.run();
          return null;
        },
        RunnerConfiguration.GRACE);
  }

  /**
   * Waits: Python's {@code asyncio.sleep}.
   *
   * @param duration how long; zero lets other threads run
   * @throws IllegalArgumentException if the duration is negative
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call
   */
  public static void sleep(Duration duration) throws InterruptedException {
    Objects.requireNonNull(duration, "the duration to sleep is null: give one");
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          "the duration to sleep is negative: " + duration + "; zero is the shortest");
    }
    Sleeps.sleep(duration);
  }

  /**
   * A guard that gives its body a time: Python's {@code asyncio.timeout}.
   *
   * {@snippet :
   * with(timeout(Duration.ofSeconds(5))).and(session).call(s -> s.get(uri));
   * }
   *
   * @param duration how long from the enter, not negative; at zero the first wait in the body fails
   * @return the guard, for one block
   * @throws IllegalArgumentException if the duration is negative
   */
  public static Timeout timeout(Duration duration) {
    return Timeout.after(duration);
  }

  /**
   * A guard that gives its body a deadline: Python's {@code asyncio.timeout_at}.
   *
   * @param when the deadline, which may be past; null for none, to be rescheduled
   * @return the guard, for one block
   */
  public static Timeout timeoutAt(@Nullable Instant when) {
    return Timeout.at(when);
  }

  /**
   * A scope that leaves its block when a time has passed, and goes on after it: trio's {@code
   * move_on_after}. {@link CancelScope#caught} tells whether that happened.
   *
   * @param duration how long from the enter, not negative
   * @return the scope, for one block
   * @throws IllegalArgumentException if the duration is negative
   */
  public static CancelScope moveOnAfter(Duration duration) {
    CancelScope scope = CancelScope.of("moveOnAfter", duration);
    scope.reschedule(duration);
    return scope;
  }

  /**
   * Throws if the calling thread was interrupted or a cancelled scope is in effect for it; does
   * nothing else. For long computations, which nothing else can cancel: trio's {@code
   * checkpoint_if_cancelled}.
   *
   * @throws InterruptedException if so
   */
  public static void checkpoint() throws InterruptedException {
    Waits.check("at", "a checkpoint");
  }

  /**
   * Like {@link #checkpoint()}, for a library whose own calls begin with it: the exception says
   * what was not done.
   *
   * @param doing the verb of the message: {@code "reading"}
   * @param what its object: a path, a URL
   * @throws InterruptedException if the thread was interrupted or a cancelled scope is in effect
   */
  public static void checkpoint(String doing, Object what) throws InterruptedException {
    Waits.check(
        Objects.requireNonNull(doing, "what the thread does is null: give a verb, as in reading"),
        Objects.requireNonNull(what, "what it does that to is null: give a path, a name"));
  }
}
