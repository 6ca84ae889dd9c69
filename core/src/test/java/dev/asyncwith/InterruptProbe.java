package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Interrupts a thread that is inside a foreign call, and looks at what comes out. */
final class InterruptProbe {
  /** For what must happen. */
  static final Duration BOUND = Duration.ofSeconds(20);

  /** For what must not. */
  static final Duration WATCH = Duration.ofMillis(100);

  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING, Thread.State.BLOCKED);

  /** What the interrupt did, in the words of docs/cancellation.md. */
  enum Effect {
    WOKEN("woken"),
    NOT_WOKEN("not woken"),
    INTERRUPT_BLOCKS("interrupt() blocks");

    private final String words;

    Effect(String words) {
      this.words = words;
    }

    static Effect of(String words) {
      return Arrays.stream(values()).filter(e -> e.words.equals(words)).findAny().orElseThrow();
    }
  }

  /**
   * What came out.
   *
   * @param effect what the interrupt did before the call was released
   * @param thrown what the call threw in the end
   * @param flag whether the thread's interrupt flag was set then
   */
  record Result(Effect effect, @Nullable Throwable thrown, boolean flag) {}

  private final ForeignCall call;
  private volatile @Nullable Throwable thrown;
  private volatile boolean flag;

  private InterruptProbe(ForeignCall call) {
    this.call = call;
  }

  /** Makes the call on a new thread and interrupts it; the expected effect says what to await. */
  static Result interrupt(ForeignCall call, Thread.Builder threads, Effect expected)
      throws Exception {
    var probe = new InterruptProbe(call);
    Effect effect = probe.run(threads.unstarted(probe::makeTheCall), expected);
    return new Result(effect, probe.thrown, probe.flag);
  }

  private Effect run(Thread caller, Effect expected) throws Exception {
    // Of its own, for Thread.interrupt may block; and no virtual one, see InterruptSenderTest.
    Thread sender = Thread.ofPlatform().daemon().unstarted(caller::interrupt);
    boolean sent;
    boolean woken;
    caller.start();
    try {
      awaitInside(caller, call.frame());
      sender.start();
      sent = sender.join(expected == Effect.INTERRUPT_BLOCKS ? WATCH : BOUND);
      woken = caller.join(expected == Effect.WOKEN ? BOUND : WATCH);
    } finally {
      call.release().run();
    }
    assertThat(caller.join(BOUND)).as("the released call ends").isTrue();
    assertThat(sender.join(BOUND)).as("Thread.interrupt returns").isTrue();
    if (woken) {
      return Effect.WOKEN;
    }
    return sent ? Effect.NOT_WOKEN : Effect.INTERRUPT_BLOCKS;
  }

  private void makeTheCall() {
    try {
      call.call().run();
    } catch (Throwable e) {
      thrown = e;
    }
    flag = Thread.currentThread().isInterrupted();
  }

  /** Returns when a thread waits in a method. */
  static void awaitInside(Thread caller, String frame) {
    long end = System.nanoTime() + BOUND.toNanos();
    while (!isInside(caller, frame)) {
      assertThat(caller.isAlive()).as("alive and in %s", frame).isTrue();
      assertThat(System.nanoTime() - end)
          .as("not in %s, but %s", frame, Arrays.toString(caller.getStackTrace()))
          .isNegative();
      Thread.yield();
    }
  }

  /** In the method, and there in a wait or in a native call such as {@code read(2)}. */
  private static boolean isInside(Thread caller, String frame) {
    StackTraceElement[] trace = caller.getStackTrace();
    boolean there =
        Arrays.stream(trace)
            .anyMatch(f -> (f.getClassName() + "." + f.getMethodName()).equals(frame));
    return there && (WAITING.contains(caller.getState()) || trace[0].isNativeMethod());
  }
}
