package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several failures that belong together, such as those of the tasks of a {@link TaskGroup}:
 * Python's {@code ExceptionGroup}. They are its {@linkplain #exceptions members}, and its
 * suppressed exceptions, so that every stack trace prints them.
 */
public final class ExceptionGroup extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** In the order in which they happened. */
  @SuppressWarnings("serial") // the JDK's immutable lists are serializable
  private final List<Throwable> exceptions;

  ExceptionGroup(String message, List<? extends Throwable> exceptions) {
    super(
        message + " (" + exceptions.size() + (exceptions.size() == 1 ? " failure)" : " failures)"));
    this.exceptions = List.copyOf(exceptions);
    this.exceptions.forEach(this::addSuppressed);
  }

  /**
   * The failures, in the order in which they happened.
   *
   * @return an unmodifiable list, not empty
   */
  public List<Throwable> exceptions() {
    return exceptions;
  }

  /** The members that match a condition and those that do not, in groups of the same shape. */
  record Split(@Nullable ExceptionGroup matched, @Nullable ExceptionGroup rest) {}

  Split split(Predicate<? super Throwable> condition) {
    List<Throwable> matched = new ArrayList<>();
    List<Throwable> rest = new ArrayList<>();
    for (Throwable member : exceptions) {
      if (member instanceof ExceptionGroup group && !condition.test(group)) {
        Split split = group.split(condition);
        if (split.matched() != null) {
          matched.add(split.matched());
        }
        if (split.rest() != null) {
          rest.add(split.rest());
        }
      } else {
        (condition.test(member) ? matched : rest).add(member);
      }
    }
    return new Split(part(matched), part(rest));
  }

  private @Nullable ExceptionGroup part(List<Throwable> members) {
    return members.isEmpty() ? null : new ExceptionGroup("part of: " + getMessage(), members);
  }
}
