package dev.asyncwith;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs, one after another: Python's {@code asyncio.Runner}. For containers, servers and
 * tests, which have a life of their own; a program that owns its process takes {@link
 * AsyncWith#run}, which is a runner that also listens to the signals.
 *
 * {@snippet :
 * try (Runner runner = Runner.create(c -> c.withName("orders"))) {
 *   runner.run(() -> serve(requests));
 * }
 * }
 *
 * <p>The main body of a run is on a virtual thread of its own, and the caller waits for it. When it
 * has ended, what it left running (blocks started by {@code callAsync}) is cancelled and waited for
 * as long as the grace lasts. What fails meanwhile, and what has not ended by then, is reported to
 * the {@code System.Logger} "dev.asyncwith" with its stack; it changes nothing about the result of
 * the run. What has not ended is left behind on its daemon thread, since no thread can be killed.
 *
 * <p>A runner runs one program at a time, on behalf of any thread. The context that its carrier
 * names is kept from one run to the next. It owns neither signals nor shutdown hooks. All methods
 * may be called by any thread.
 *
 * @see <a href="https://docs.python.org/3/library/asyncio-runner.html">CPython 3.13,
 *     asyncio.runners</a>
 */
public final class Runner implements AutoCloseable {

  /** How a runner is configured; immutable. */
  public sealed interface Configuration permits RunnerConfiguration {
    /**
     * Names the runner, for messages and its threads. By default it is named by a number.
     *
     * @param name the name
     * @return a changed copy
     */
    Configuration withName(String name);

    /**
     * Sets the clock that every deadline, sleep and timer of the runs reads, and the grace with
     * them. By default it is that of the system.
     *
     * @param clock the clock
     * @return a changed copy
     */
    Configuration withClock(AsyncClock clock);

    /**
     * Sets how long the end of a run waits for what the main body has left running, and how long
     * {@link Runner#close()} waits. By default 20 seconds.
     *
     * @param grace how long, not negative
     * @return a changed copy
     * @throws IllegalArgumentException if it is negative
     */
    Configuration withGrace(Duration grace);

    /**
     * Bounds the exits in the runs that have no budget of their own. By default they have no limit.
     *
     * @param budget how long an exit may take, more than nothing
     * @return a changed copy
     * @throws IllegalArgumentException if it is zero or negative
     */
    Configuration withExitBudget(Duration budget);

    /**
     * Carries context along: from the caller of the first run to its main body, from the end of
     * each run to the next, and to every task that is started in a run. Called several times it
     * adds up.
     *
     * @param added what goes along
     * @return a changed copy
     */
    Configuration withContext(ContextCarrier added);

    /**
     * Sets what makes the threads of main bodies and of {@code callAsync}. By default they are
     * virtual.
     *
     * @param threads makes unstarted threads, virtual or platform; where it makes none, or one that
     *     was started already, {@code run} and {@code callAsync} throw {@link
     *     IllegalStateException}. A thread that ends without having run what it was given fails the
     *     program, or the block, with the same exception
     * @return a changed copy
     */
    Configuration withThreadFactory(ThreadFactory threads);
  }

  private final RunnerConfiguration configuration;

  // Guarded by this object's monitor.
  private @Nullable Run running;
  private boolean closed;

  /** What the carrier captured at the end of the last run. */
  private ContextCarrier.@Nullable Captured kept;

  private Runner(RunnerConfiguration configuration) {
    this.configuration = configuration;
  }

  /**
   * Makes a runner. It holds nothing before its first run.
   *
   * @return the runner
   */
  public static Runner create() {
    return create(unchanged -> unchanged);
  }

  /**
   * Makes a runner that is configured. It holds nothing before its first run.
   *
   * @param configure changes the default configuration: {@code c -> c.withName("orders")}
   * @return the runner
   */
  public static Runner create(UnaryOperator<Configuration> configure) {
    Objects.requireNonNull(configure, "what configures the runner is null: give a lambda");
    Configuration configured = configure.apply(RunnerConfiguration.create());
    return new Runner(
        (RunnerConfiguration)
            Objects.requireNonNull(configured, "the lambda that configures gave no configuration"));
  }

  /**
   * Runs a program and waits for it. An interrupt of the calling thread, and a cancel of a scope
   * around the call, cancel the main body as a {@link CancelScope} does. What it leaves running is
   * waited for all the same.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param main the program
   * @return what it returned
   * @throws E if the program does; the very exception, its trace the program's and then the
   *     caller's
   * @throws InterruptedException if the program was cancelled, and threw that, as it should; or the
   *     thread was interrupted or a scope around the call cancelled before it began
   * @throws IllegalStateException if the runner is closed or runs already, or the calling thread
   *     belongs to a run, of any runner
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // what the program returned
  public <R extends @Nullable Object, E extends Throwable> R run(
      With0.Body<? extends R, ? extends E> main) throws E, InterruptedException {
    Objects.requireNonNull(main, "the program is null: give run a lambda");
    return (R) runAndWait((With0.Body<?, RuntimeException>) main);
  }

  /**
   * Runs a program without a result; see {@link #run(With0.Body)}.
   *
   * @param <E> the checked exception that the body throws
   * @param main the program
   * @throws E if the program does
   * @throws InterruptedException if the program was cancelled
   * @throws IllegalStateException if the runner is closed or runs already, or the calling thread
   *     belongs to a run, of any runner
   */
  public <E extends Throwable> void run(With0.Action<? extends E> main)
      throws E, InterruptedException {
    Objects.requireNonNull(main, "the program is null: give run a lambda");
    this.<@Nullable Void, E>run(
        () -> {
          main.run();
          return null;
        });
  }

  private @Nullable Object runAndWait(With0.Body<?, RuntimeException> main)
      throws InterruptedException {
    Run run = begin();
    try {
      Waits.check("running", this);
      return run.execute(main);
    } finally {
      synchronized (this) {
        running = null;
        kept = run.context();
      }
      run.end();
    }
  }

  private synchronized Run begin() {
    if (ThreadContext.inherited().background() != Background.OF_NO_RUNNER) {
      throw new IllegalStateException(
          "%s cannot run on %s, which belongs to a run: call the program directly, or start a block"
                  .formatted(this, Thread.currentThread())
              + " by callAsync");
    }
    if (closed) {
      throw new IllegalStateException(this + " is closed: make a new one");
    }
    if (running != null) {
      throw new IllegalStateException(
          this + " runs already, and one program at a time: make a runner for each");
    }
    running = new Run(toString(), configuration, kept);
    return running;
  }

  /** Closes the runner and waits as long as its grace lasts; see {@link #close(Duration)}. */
  @Override
  public void close() {
    close(configuration.grace());
  }

  /**
   * Closes the runner: it takes no more programs. One that runs is cancelled and waited for, with
   * what it leaves running; what has not ended when the time is over is reported to the {@code
   * System.Logger} "dev.asyncwith" with its stack, and goes on. A second close of a runner that has
   * ended does nothing.
   *
   * <p>Neither an interrupt nor a scope around the call cuts the wait short: an interrupt is there
   * after it, as the thread's flag.
   *
   * @param limit how long to wait, not negative
   * @throws IllegalArgumentException if the time is negative
   * @throws IllegalStateException if it is called inside the run, which would wait for itself
   */
  public void close(Duration limit) {
    RunnerConfiguration.requireNotNegative(limit, "time to wait for the end of a runner");
    Run run = stop(this + " was closed");
    if (run != null) {
      run.awaitEnd(limit);
    }
  }

  /** Takes no more programs, and cancels that which runs; returns it. */
  synchronized @Nullable Run stop(String why) {
    Run run = running;
    if (run != null && run.holdsCurrentThread()) {
      throw new IllegalStateException(
          this + " is closed inside its own run, which would wait for itself: return from the run");
    }
    closed = true;
    if (run != null) {
      run.cancel(why);
    }
    return run;
  }

  @Override
  public String toString() {
    return "Runner '" + configuration.name() + "'";
  }
}
