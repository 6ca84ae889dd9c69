package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of what is open: which managers, tasks, locks, files and responses, by whom, since
 * when and where opened. It is off until it is turned on, and costs a block nothing then.
 *
 * {@snippet :
 * Tracking.enable(Tracking.Mode.STACKS);   // or start Java with -Dasyncwith.tracking=stacks
 * Tracking.onLeak(leak -> metrics.counter("leaks", "of", leak.scope().type().getSimpleName()).increment());
 * Tracking.holdTime(Duration.ofSeconds(30));
 * System.err.println(Scopes.dump());
 * }
 *
 * <p>It knows the managers of blocks and exit stacks, tasks, what {@link AsyncResource#open} gave
 * and locks that were acquired by hand, from when it was turned on: what was opened before stays
 * unknown until it is closed. {@link Scopes} shows what is open.
 *
 * <p>A thing that stays open when nobody can close it any more is a {@linkplain Leak leak}. It is
 * logged as a warning on the {@code System.Logger} "dev.asyncwith", and told to the listeners.
 *
 * <p>Safe for use by several threads; no method waits, so an interrupt has no effect.
 */
public final class Tracking {

  /** What is kept of what is open. */
  public enum Mode {
    /** Nothing. */
    OFF,
    /** Name, phase, thread and since when: about 40 ns a manager. */
    COUNTS,
    /** Also the stack where it was opened: some microseconds a manager, by the stack's depth. */
    STACKS
  }

  /** Of something that its owner closes by hand: tells tracking when it is closed. */
  public sealed interface Opened permits ByHand, UntrackedOpened {
    /** It is closed now. A second call does nothing. */
    void close();

    /**
     * Whether tracking knows it by itself, and tells if it is dropped: for who else would tell.
     *
     * @return false if tracking was off, or if it is a part of what was being entered
     */
    boolean isTracked();
  }

  static final String MODE_PROPERTY = "asyncwith.tracking";
  static final String HOLD_TIME_PROPERTY = "asyncwith.holdTime";

  private static final Switch TRACKS = Switch.create();
  private static final Switch STACKS = Switch.create();

  /** Tracking or a recording. */
  private static final Switch WATCHED = Switch.create();

  private Tracking() {}

  /** Does what the system properties say; when the library is first used. */
  static void start() {
    String mode = System.getProperty(MODE_PROPERTY);
    if (mode != null) {
      enableNamed(mode);
    }
    String time = System.getProperty(HOLD_TIME_PROPERTY);
    if (time != null) {
      holdTimeNamed(time);
    }
  }

  private static void enableNamed(String name) {
    try {
      enable(named(name));
    } catch (IllegalArgumentException e) {
      warn("-D{0}: {1}; tracking stays off", MODE_PROPERTY, e.getMessage());
    }
  }

  /** The mode of a name, in letters of any case. */
  static Mode named(String name) {
    for (Mode mode : Mode.values()) {
      if (mode.name().equalsIgnoreCase(name.strip())) {
        return mode;
      }
    }
    String known =
        Arrays.stream(Mode.values())
            .map(mode -> mode.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "'%s' is no mode of tracking: give one of %s".formatted(name, known));
  }

  /** The logger is not made before it is needed: that takes longer than all else of a start. */
  private static void warn(String format, @Nullable Object... arguments) {
    System.getLogger("dev.asyncwith").log(Level.WARNING, format, arguments);
  }

  private static void holdTimeNamed(String time) {
    try {
      holdTime(Duration.parse(time));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      warn(
          "-D{0}={1} is no time, so nothing is reported for being held too long: give one such as"
              + " PT30S",
          HOLD_TIME_PROPERTY, time);
    }
  }

  /**
   * Turns tracking on or off. What was opened under another mode stays as it was known then. While
   * it is on, an MBean {@code dev.asyncwith:type=Scopes} shows what is open, where the JVM has the
   * module {@code java.management}.
   *
   * @param mode what to keep
   */
  public static void enable(Mode mode) {
    Objects.requireNonNull(mode, "the mode of tracking is null: give OFF, COUNTS or STACKS");
    synchronized (Tracking.class) {
      STACKS.turn(mode == Mode.STACKS);
      TRACKS.turn(mode != Mode.OFF);
      WATCHED.turn(isOn() || FlightEvents.isRecording());
    }
    if (mode != Mode.OFF) {
      Latch.set();
      Management.register();
    }
  }

  /**
   * Whether Flight Recorder records now: for libraries that make events of their own, which need
   * not be made, nor their classes be loaded, while it does not.
   *
   * @return false also where the JVM has no module {@code jdk.jfr}
   */
  public static boolean isRecording() {
    return Latch.isSet() && FlightEvents.isRecording();
  }

  /** A recording begins or ends. */
  static synchronized void recordingChanged(boolean recording) {
    WATCHED.turn(isOn() || recording);
    if (recording) {
      Latch.set();
    }
  }

  /**
   * The mode that is on.
   *
   * @return the mode
   */
  public static Mode mode() {
    return keepsStacks() ? Mode.STACKS : isOn() ? Mode.COUNTS : Mode.OFF;
  }

  /** Whether neither tracking nor a recording wants to know of blocks. */
  static boolean isIdle() {
    return !WATCHED.isOn();
  }

  static boolean isOn() {
    return TRACKS.isOn();
  }

  static boolean keepsStacks() {
    return STACKS.isOn();
  }

  /**
   * Reports what is held for longer than a time, and again when it is returned after all. Scopes,
   * timeouts, task groups and exit stacks are left out: they are as long as what they are for.
   *
   * @param threshold for how long something may be held; {@link Duration#ZERO} to report nothing
   * @throws IllegalArgumentException if it is negative; nothing has changed then
   */
  public static void holdTime(Duration threshold) {
    holdTime(threshold, HoldTimes.RESOURCES);
  }

  /**
   * Reports what is held for longer than a time, and again when it is returned after all.
   *
   * @param threshold for how long something may be held; {@link Duration#ZERO} to report nothing
   * @param which what is reported; called on a thread of the library
   * @throws IllegalArgumentException if the time is negative; nothing has changed then
   */
  public static void holdTime(Duration threshold, Predicate<? super OpenScope> which) {
    Objects.requireNonNull(threshold, "the hold time is null: give a duration, ZERO for none");
    Objects.requireNonNull(which, "what chooses whose hold time is reported is null");
    if (threshold.isNegative()) {
      throw new IllegalArgumentException(
          "the hold time is " + threshold + ": give one that is not negative, ZERO for none");
    }
    HoldTimes.watch(threshold, which);
  }

  /**
   * Has leaks told to a listener, besides the log. It is called on the thread that found the leak:
   * that of the run that ended, or one of the library's. What it throws is logged.
   *
   * @param listener who is told
   * @return takes the listener away
   */
  public static Runnable onLeak(Consumer<? super Leak> listener) {
    return Leaks.add(Objects.requireNonNull(listener, "the listener of leaks is null"));
  }

  /**
   * Says that something was opened whose owner closes it by hand. For values of an {@link
   * AsyncResource}; the value calls {@link Opened#close} where it is closed, and does not refer to
   * anything that tracking keeps. In the course of an enter it is a part of what is entered.
   *
   * @param value what was opened; it is not kept alive
   * @param name its name for messages
   * @return to be told of the close; does nothing if tracking is off, or if it was opened in the
   *     course of the enter of an {@link AsyncResource}, which tracking knows in its place
   */
  public static Opened opened(Object value, String name) {
    Objects.requireNonNull(value, "the value that was opened is null");
    Objects.requireNonNull(name, "the name of what was opened is null: give one for messages");
    if (!Latch.isSet() || !isOn()) {
      return UntrackedOpened.INSTANCE;
    }
    var open = new ByHand(value, name);
    Open innermost = open.track().innermost();
    if (innermost != null && innermost.phase() == OpenScope.Phase.ENTERING) {
      if (innermost.what() instanceof AsyncResource<?, ?>) {
        return UntrackedOpened.INSTANCE; // the block, or the stack, has it
      }
      open.around(innermost);
    }
    OpenThings.addByHand(open);
    var _ = Drops.CLEANER.register(value, () -> Leaks.dropped(open));
    return open;
  }

  /** Started by the first thing that is opened by hand. */
  private static final class Drops {
    static final Cleaner CLEANER = Cleaner.create();
  }
}
