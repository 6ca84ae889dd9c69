package dev.asyncwith.testing;

import dev.asyncwith.Leak;
import dev.asyncwith.OpenScope;
import dev.asyncwith.Scopes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One test, or the tests of one class, while they run: what they open, and leave open. */
final class LeakWatch {
  /** Where leaks are expected. */
  enum Expected {
    NOWHERE,
    /** Of some of the tests of the class. */
    SOMEWHERE,
    /** Of this test, or of this class. */
    HERE
  }

  /** A thing that is left open, by what does not change of it. */
  private record Left(long openedAt, Thread thread, Class<?> type) {
    static Left of(OpenScope scope) {
      return new Left(scope.openedAt(), scope.thread(), scope.type());
    }
  }

  private static final long LOOK_AGAIN_AFTER = TimeUnit.MILLISECONDS.toNanos(1);

  private final LeakSession session;
  private final boolean ofClass;
  private final Duration grace;
  private final @Nullable Descriptors before;
  private final long began = System.nanoTime();

  /** What tests inside have been told of already, and descriptors of theirs. */
  private final Set<Object> known = new HashSet<>();

  LeakWatch(LeakSession session, boolean ofClass, long graceMillis, boolean descriptors) {
    this.session = session;
    this.ofClass = ofClass;
    this.grace = Duration.ofMillis(graceMillis);
    this.before = descriptors ? Descriptors.now() : null;
  }

  /**
   * Fails if something is left open.
   *
   * @param around the watch of the class around, which is not to tell of it again
   */
  void end(@Nullable LeakWatch around, String test, Expected expected) {
    boolean waits = expected == Expected.NOWHERE;
    List<OpenScope> left = left();
    List<String> files = descriptors();
    long deadline = System.nanoTime() + grace.toNanos();
    while (waits && !(left.isEmpty() && files.isEmpty()) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_AGAIN_AFTER);
      left = left();
      files = descriptors();
    }
    List<Leak> told = session.takeToldSince(began);
    if (ofClass && known.contains(Expected.SOMEWHERE)) { // garbage of such a test is found late
      told.removeIf(leak -> leak.trigger() == Leak.Trigger.GARBAGE);
    }
    List<String> untracked =
        Descriptors.untracked(files, Stream.concat(left.stream(), told.stream().map(Leak::scope)));
    boolean leaks = !(left.isEmpty() && untracked.isEmpty() && told.isEmpty());
    if (around != null && leaks) {
      left.forEach(scope -> around.known.add(Left.of(scope)));
      around.known.addAll(files);
      around.known.add(Expected.SOMEWHERE);
    }
    boolean insideLeaked = known.contains(Expected.SOMEWHERE);
    if (expected == Expected.HERE && !leaks && !insideLeaked) {
      throw new AssertionError(
          test + " left nothing open, though @ExpectLeaks says so: take the annotation away");
    }
    if (leaks && expected == Expected.NOWHERE) {
      throw new LeakReport(test, grace, left, told, untracked).failure();
    }
  }

  private List<OpenScope> left() {
    List<OpenScope> left = new ArrayList<>(Scopes.open());
    left.removeIf(scope -> scope.openedAt() - began < 0 || known.contains(Left.of(scope)));
    return left;
  }

  private List<String> descriptors() {
    if (before == null) {
      return List.of();
    }
    List<String> opened = new ArrayList<>(Descriptors.now().openedSince(before, !ofClass));
    opened.removeAll(known);
    return opened;
  }
}
