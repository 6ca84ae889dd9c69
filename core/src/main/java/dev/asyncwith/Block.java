package dev.asyncwith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One to four managers and the way through them: enter in order, body, exit in reverse order.
 *
 * <p>The levels are four methods and not one that calls itself, because HotSpot inlines a recursive
 * call once only ({@code MaxRecursiveInlineLevel}) and a block that is not inlined whole allocates.
 * A level gives back the body's result, or {@link Exits.Suppressed} if its failure ended here.
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

  /** Runs the whole block; a suppressed failure is no result. */
  final @Nullable Object result(Object body) throws InterruptedException {
    Object result = enterFirst(body);
    if (result instanceof Exits.Suppressed(Throwable cause)) {
      throw new NoResultException(cause);
    }
    return result;
  }

  /** Runs the whole block; gives null for a suppressed failure. */
  final @Nullable Object resultOrNull(Object body) throws InterruptedException {
    Object result = enterFirst(body);
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
            return (R) result(body);
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
          var _ = resultOrNull(body);
          return null;
        });
  }

  private @Nullable Object enterFirst(Object body) throws InterruptedException {
    var given = first;
    if (given instanceof InlineManager<?, ?> inline) {
      return inline.runInline(this, 1, body, null, null, null);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result = inside(1, body, value, null, null, null);
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
      return inline.runInline(this, 2, body, v1, null, null);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result = inside(2, body, v1, value, null, null);
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
      return inline.runInline(this, 3, body, v1, v2, null);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result = inside(3, body, v1, v2, value, null);
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
      return inline.runInline(this, 4, body, v1, v2, v3);
    }
    var manager = tracked(given);
    Object value = manager.enter();
    Object result;
    try {
      result = inside(4, body, v1, v2, v3, value);
    } catch (Throwable failure) {
      return Exits.afterFailure(manager, failure);
    }
    Exits.afterSuccess(manager);
    return result;
  }

  /** What stands inside level {@code level}: the next manager's level, or the body. */
  final @Nullable Object inside(
      int level,
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3,
      @Nullable Object v4)
      throws InterruptedException {
    if (level == 1 && second != null) {
      return enterSecond(second, body, v1);
    }
    if (level == 2 && third != null) {
      return enterThird(third, body, v1, v2);
    }
    if (level == 3 && fourth != null) {
      return enterFourth(fourth, body, v1, v2, v3);
    }
    return guards == 0 ? invoke(body, v1, v2, v3, v4) : invokeWithoutGuards(body, v1, v2, v3, v4);
  }

  /** Moves the values up over the guards' places, the last place first. */
  private @Nullable Object invokeWithoutGuards(
      Object body,
      @Nullable Object v1,
      @Nullable Object v2,
      @Nullable Object v3,
      @Nullable Object v4)
      throws InterruptedException {
    Object a = v1;
    Object b = v2;
    Object c = v3;
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
    return invoke(body, a, b, c, null); // with a guard there are three values at most
  }
}
