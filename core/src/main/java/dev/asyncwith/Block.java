package dev.asyncwith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One to four managers and the way through them: enter in order, body, exit in reverse order.
 *
 * <p>A block that HotSpot does not inline whole allocates. So the levels are four methods and not
 * one that calls itself, for it inlines a recursive call once only ({@code
 * MaxRecursiveInlineLevel}), and there are as few calls between {@code call} and the body as can
 * be, for it stops at a depth of fifteen ({@code MaxInlineLevel}), which a block in a block in code
 * of its user has soon. A level gives back the body's result, or {@link Exits.Suppressed} if its
 * failure ended here.
 */
abstract sealed class Block permits With0, With1, With2, With3, With4 {
  private final AsyncContextManager<@Nullable Object, RuntimeException> first;
  private final @Nullable AsyncContextManager<@Nullable Object, RuntimeException> second;
  private final @Nullable AsyncContextManager<@Nullable Object, RuntimeException> third;
  private final @Nullable AsyncContextManager<@Nullable Object, RuntimeException> fourth;

  /** Bit {@code i} is set if manager {@code i} is a guard, whose value the body does not get. */
  private final int guards;

  Block(AsyncContextManager<?, ?> only, boolean guard) {
    first = checked(only);
    second = null;
    third = null;
    fourth = null;
    guards = guard ? 1 : 0;
  }

  Block(Block outer, AsyncContextManager<?, ?> next, boolean guard) {
    var added = checked(next);
    first = outer.first;
    second = outer.second == null ? added : outer.second;
    third = outer.second == null || outer.third != null ? outer.third : added;
    fourth = outer.third == null || outer.fourth != null ? outer.fourth : added;
    if (outer.fourth != null) {
      throw new IllegalStateException(
          "a block takes four managers, and "
              + next.describe()
              + " is the fifth: enter them in an AsyncExitStack, or nest two blocks");
    }
    int index = outer.second == null ? 1 : outer.third == null ? 2 : 3;
    guards = guard ? outer.guards | 1 << index : outer.guards;
  }

  private static AsyncContextManager<@Nullable Object, RuntimeException> checked(
      AsyncContextManager<?, ?> manager) {
    return Exits.unchecked(
        Objects.requireNonNull(manager, "the manager is null: give with(…) and and(…) a manager"));
  }

  private static AsyncContextManager<@Nullable Object, RuntimeException> tracked(
      AsyncContextManager<@Nullable Object, RuntimeException> manager) {
    if (Latch.isSet()) {
      return Tracked.<@Nullable Object, RuntimeException>of(manager);
    }
    return manager;
  }

  static <B> B requireBody(B body) {
    return Objects.requireNonNull(body, "the body is null: give call and run a lambda");
  }

  /** Calls the body with the managers' values, those of guards left out. */
  abstract @Nullable Object invoke(
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3,
      @Nullable Object v4)
      throws InterruptedException;

  /** The result of {@link #enterFirst}, where a suppressed failure is none. */
  static @Nullable Object required(@Nullable Object result) {
    if (result instanceof Exits.Suppressed(Throwable cause)) {
      throw new NoResultException(cause);
    }
    return result;
  }

  /** The result of {@link #enterFirst}, and null for a suppressed failure. */
  static @Nullable Object orNull(@Nullable Object result) {
    return result instanceof Exits.Suppressed ? null : result;
  }

  /** Runs the whole block on a thread of its own; if it fails, closes what its body returned. */
  @SuppressWarnings({"unchecked", "NullAway"}) // null only where the body may return it
  final <R extends @Nullable Object> AsyncResult<R> resultAsync(Object body, BodyValue value) {
    String name = "callAsync of " + first.describe();
    return new AsyncResult<>(
        name,
        () -> {
          try {
            return (R) required(enterFirst(body));
          } catch (Throwable failure) {
            throw Exits.<RuntimeException>sneaky(value.closeAfter(failure, name));
          }
        });
  }

  /** Runs the whole block, whose body returns nothing, on a thread of its own. */
  final AsyncResult<@Nullable Void> endAsync(Object body) {
    return new AsyncResult<>(
        "runAsync of " + first.describe(),
        () -> {
          var _ = enterFirst(body);
          return null;
        });
  }

  /** Runs the whole block; gives its result, or {@link Exits.Suppressed}. */
  final @Nullable Object enterFirst(Object body) throws InterruptedException {
    var given = first;
    if (given instanceof InlineManager<?, ?> inline) {
      return inline.runInline(null, this, 1, body, null, null, null);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result =
          second == null
              ? invoke(body, value, null, null, null) // a guard alone has a body of no value
              : enterSecond(second, body, value);
    } catch (Throwable failure) {
      return Exits.afterFailure(manager, failure);
    }
    Exits.afterSuccess(manager);
    return result;
  }

  private @Nullable Object enterSecond(
      AsyncContextManager<@Nullable Object, RuntimeException> given,
      Object body,
      @Nullable Object v1)
      throws InterruptedException {
    if (given instanceof InlineManager<?, ?> inline) {
      return inline.runInline(null, this, 2, body, v1, null, null);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result =
          third == null
              ? invokeBody(body, v1, value, null, null)
              : enterThird(third, body, v1, value);
    } catch (Throwable failure) {
      return Exits.afterFailure(manager, failure);
    }
    Exits.afterSuccess(manager);
    return result;
  }

  private @Nullable Object enterThird(
      AsyncContextManager<@Nullable Object, RuntimeException> given,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2)
      throws InterruptedException {
    if (given instanceof InlineManager<?, ?> inline) {
      return inline.runInline(null, this, 3, body, v1, v2, null);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result =
          fourth == null
              ? invokeBody(body, v1, v2, value, null)
              : enterFourth(fourth, body, v1, v2, value);
    } catch (Throwable failure) {
      return Exits.afterFailure(manager, failure);
    }
    Exits.afterSuccess(manager);
    return result;
  }

  private @Nullable Object enterFourth(
      AsyncContextManager<@Nullable Object, RuntimeException> given,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3)
      throws InterruptedException {
    if (given instanceof InlineManager<?, ?> inline) {
      return inline.runInline(null, this, 4, body, v1, v2, v3);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result = invokeBody(body, v1, v2, v3, value);
    } catch (Throwable failure) {
      return Exits.afterFailure(manager, failure);
    }
    Exits.afterSuccess(manager);
    return result;
  }

  /** Whether a single manager's value goes to the body, or, if it is a guard's, none. */
  final boolean isOfOne() {
    return second == null;
  }

  /** What stands inside the yield of manager {@code level}: the next manager, or the body. */
  final @Nullable Object inside(
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3,
      @Nullable Object yielded)
      throws InterruptedException {
    return switch (level) {
      case 1 ->
          second == null
              ? invoke(body, yielded, null, null, null)
              : enterSecond(second, body, yielded);
      case 2 ->
          third == null
              ? invokeBody(body, v1, yielded, null, null)
              : enterThird(third, body, v1, yielded);
      case 3 ->
          fourth == null
              ? invokeBody(body, v1, v2, yielded, null)
              : enterFourth(fourth, body, v1, v2, yielded);
      default -> invokeBody(body, v1, v2, v3, yielded);
    };
  }

  /** Calls the body; moves the values up over the guards' places, the last place first. */
  private @Nullable Object invokeBody(
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3,
      @Nullable Object v4)
      throws InterruptedException {
    Object a = v1;
    Object b = v2;
    Object c = v3;
    Object d = guards == 0 ? v4 : null; // with a guard there are three values at most
    if ((guards & 4) != 0) {
      c = v4;
    }
    if ((guards & 2) != 0) {
      b = c;
      c = v4;
    }
    if ((guards & 1) != 0) {
      a = b;
      b = c;
      c = v4;
    }
    return invoke(body, a, b, c, d);
  }
}
