package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Rule P4: what the caller gets when a body and an exit both fail, and which suppressed exceptions
 * are failures of exits.
 *
 * <p>Whoever suppresses a body's failure must not swallow an exit's failure with it, so the library
 * has to know which of an exception's suppressed exceptions it put there itself; others (of a
 * try-with-resources, of a reactive library's traces) are none of its business. It remembers them
 * by identity and weakly: as long as the carrier lives, it holds them.
 */
final class ExitFailures {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith");
  private static final Set<Ref> ATTACHED = ConcurrentHashMap.newKeySet();
  private static final Map<Ref, Ref> SUPERSEDED = new ConcurrentHashMap<>();
  private static final Set<Ref> CONSUMED = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<Throwable> COLLECTED = new ReferenceQueue<>();

  private ExitFailures() {}

  /** Chooses the failure that goes on, the other one being kept in it. */
  static Throwable combine(Throwable body, Throwable exit) {
    if (body == exit) {
      return body;
    }
    Throwable primary;
    Throwable other;
    if (isWithin(exit, body) || supersedes(exit, body)) {
      primary = exit; // a translation, which holds the body's failure as a cause or suppressed
      other = body;
    } else if (Cancellations.isCancelled(body)) {
      attach(exit, body, false);
      primary = exit;
      other = body;
    } else {
      attach(body, exit, true);
      primary = body;
      other = exit;
    }
    if (!(primary instanceof InterruptedException)) {
      Cancellations.keepInterruptOf(other);
    }
    return primary;
  }

  /**
   * Remembers that an exit suppressed {@code before} and failed anew with {@code after}: an exit
   * that throws cannot say that by itself, and must not bring the suppressed failure back.
   */
  static void supersede(Throwable before, Throwable after) {
    forgetCollected();
    SUPERSEDED.put(new Ref(after, COLLECTED), new Ref(before, null));
  }

  private static boolean supersedes(Throwable after, Throwable before) {
    Ref superseded = SUPERSEDED.get(new Ref(after, null));
    return superseded != null && superseded.refersTo(before);
  }

  /** Remembers that a failure was a scope's own cancellation, which has ended there. */
  static void consume(Throwable cancellation) {
    forgetCollected();
    CONSUMED.add(new Ref(cancellation, COLLECTED));
  }

  /** It goes on after all, on the thread that waits for the one where the scope was. */
  static void goesOn(Throwable cancellation) {
    CONSUMED.remove(new Ref(cancellation, null));
  }

  static boolean isConsumed(Throwable cancellation) {
    return CONSUMED.contains(new Ref(cancellation, null));
  }

  private static void forgetCollected() {
    for (Reference<?> dead = COLLECTED.poll(); dead != null; dead = COLLECTED.poll()) {
      ATTACHED.remove(dead);
      SUPERSEDED.remove(dead);
      CONSUMED.remove(dead);
    }
  }

  /**
   * Remembers that a part of a group was suppressed and the rest is thrown, which then carries the
   * exits' failures that the part does.
   */
  static void supersede(ExceptionGroup group, Throwable suppressed, Throwable rest) {
    for (Throwable exit : allCarriedBy(suppressed)) {
      attach(rest, exit, true);
    }
    supersede(group, rest);
  }

  /** The exits' failures that a suppressed {@code failure} carries, as one to throw, or null. */
  static @Nullable Throwable carriedBy(Throwable failure) {
    List<Throwable> carried = allCarriedBy(failure);
    if (carried.isEmpty()) {
      return null;
    }
    Throwable first = carried.removeFirst();
    ATTACHED.remove(new Ref(first, null)); // from now on it is a failure like another
    for (Throwable next : carried) {
      attach(first, next, true);
    }
    return first;
  }

  private static List<Throwable> allCarriedBy(Throwable failure) {
    List<Throwable> carried = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> todo = new ArrayDeque<>(List.of(failure));
    while (!todo.isEmpty()) {
      Throwable next = todo.removeFirst();
      if (!seen.add(next)) {
        continue;
      }
      if (next != failure && ATTACHED.contains(new Ref(next, null))) {
        carried.add(next);
      } else {
        todo.addAll(List.of(next.getSuppressed())); // also the members of a group
        if (next.getCause() != null) {
          todo.add(next.getCause());
        }
      }
    }
    return carried;
  }

  private static void attach(Throwable carrier, Throwable carried, boolean ofExit) {
    if (ofExit) {
      forgetCollected();
      ATTACHED.add(new Ref(carried, COLLECTED));
    }
    if (isWithin(carrier, carried) || isWithin(carried, carrier)) {
      return; // already there, or it would close a circle
    }
    int before = carrier.getSuppressed().length;
    carrier.addSuppressed(carried);
    if (carrier.getSuppressed().length == before) {
      LOG.log(
          Level.WARNING,
          () -> carrier + " takes no suppressed exceptions, so this second failure is lost in it",
          carried);
    }
  }

  /** Whether {@code sought} is reachable from {@code from} by causes and suppressed exceptions. */
  private static boolean isWithin(Throwable from, Throwable sought) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> todo = new ArrayList<>(List.of(from));
    while (!todo.isEmpty()) {
      Throwable next = todo.removeLast();
      if (next == sought) {
        return true;
      }
      if (seen.add(next)) {
        todo.addAll(List.of(next.getSuppressed()));
        Throwable cause = next.getCause();
        if (cause != null) {
          todo.add(cause);
        }
      }
    }
    return false;
  }

  /** An exception by identity. */
  private static final class Ref extends WeakReference<Throwable> {
    private final int hash;

    Ref(Throwable referent, @Nullable ReferenceQueue<Throwable> queue) {
      super(referent, queue);
      hash = System.identityHashCode(referent);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (this == other) {
        return true;
      }
      Throwable referent = get();
      return referent != null && other instanceof Ref ref && ref.refersTo(referent);
    }
  }
}
