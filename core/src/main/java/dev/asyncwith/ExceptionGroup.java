package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several failures that belong together, such as those of the tasks of a {@link TaskGroup}:
 * Python's {@code ExceptionGroup}. They are its {@linkplain #exceptions members}, and its
 * suppressed exceptions, so that every stack trace prints them.
 *
 * {@snippet :
 * try {
 *   with(TaskGroup.create()).run(tasks -> …);
 * } catch (ExceptionGroup group) {
 *   ExceptionGroup.Split split = group.split(IOException.class::isInstance);
 *   if (split.rest() != null) {
 *     throw split.rest();
 *   }
 *   retry(split.matched());
 * }
 * }
 *
 * @see <a href="https://docs.python.org/3/library/exceptions.html#exception-groups">CPython 3.13,
 *     exception groups</a>
 */
public final class ExceptionGroup extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int NAMED_IN_MESSAGE = 3;

  /** Without the count and the members. */
  private final String title;

  /** In the order in which they happened. */
  @SuppressWarnings("serial") // the JDK's immutable lists are serializable
  private final List<Throwable> exceptions;

  /**
   * Makes a group.
   *
   * @param message what failed; the count of the members and the first of them are added to it
   * @param exceptions the members, at least one
   * @throws IllegalArgumentException if there is none
   */
  public ExceptionGroup(String message, List<? extends Throwable> exceptions) {
    Objects.requireNonNull(message, "the message of the group is null");
    Objects.requireNonNull(exceptions, "the members of the group are null: give at least one");
    if (exceptions.isEmpty()) {
      throw new IllegalArgumentException("an exception group has members: " + message);
    }
    super(message + " (" + summary(exceptions) + ")");
    this.title = message;
    this.exceptions = List.copyOf(exceptions);
    this.exceptions.forEach(this::addSuppressed);
  }

  /** The first {@link Error} among failures, with the others suppressed in it; else their group. */
  static Throwable orError(String message, List<? extends Throwable> failures) {
    for (Throwable failure : failures) {
      if (failure instanceof Error) {
        failures.stream().filter(other -> other != failure).forEach(failure::addSuppressed);
        return failure;
      }
    }
    return new ExceptionGroup(message, failures);
  }

  private static String summary(List<? extends Throwable> exceptions) {
    String first =
        exceptions.stream()
            .limit(NAMED_IN_MESSAGE)
            .map(Throwable::toString)
            .collect(Collectors.joining("; "));
    int size = exceptions.size();
    return size
        + (size == 1 ? " failure: " : " failures: ")
        + first
        + (size > NAMED_IN_MESSAGE ? "; …" : "");
  }

  /**
   * The failures, in the order in which they happened.
   *
   * @return an unmodifiable list, not empty
   */
  public List<Throwable> exceptions() {
    return exceptions;
  }

  /**
   * The members that match a condition and those that do not, in groups of the same shape.
   *
   * @param matched the matching ones; null if there are none
   * @param rest the others; null if there are none
   */
  public record Split(@Nullable ExceptionGroup matched, @Nullable ExceptionGroup rest) {}

  /**
   * Splits the group. A group among the members that matches as a whole is taken whole; else its
   * members are asked.
   *
   * @param condition which members match
   * @return both parts; neither shares a group with this one, and both have its stack trace, its
   *     cause and what was suppressed in it besides its members, as those of CPython have its
   *     {@code __context__}
   */
  public Split split(Predicate<? super Throwable> condition) {
    Objects.requireNonNull(condition, "the condition is null: give a lambda");
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

  /**
   * The part of the group whose members match.
   *
   * @param condition which members match
   * @return that part, in groups of the same shape; null if no member matches
   */
  public @Nullable ExceptionGroup subgroup(Predicate<? super Throwable> condition) {
    return split(condition).matched();
  }

  private @Nullable ExceptionGroup part(List<Throwable> members) {
    if (members.isEmpty()) {
      return null;
    }
    var part = new ExceptionGroup(title, members);
    part.setStackTrace(getStackTrace());
    if (getCause() != null) {
      part.initCause(getCause());
    }
    Throwable[] suppressed = getSuppressed(); // the members come first
    for (int i = exceptions.size(); i < suppressed.length; i++) {
      part.addSuppressed(suppressed[i]);
    }
    return part;
  }
}
