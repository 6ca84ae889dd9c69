package dev.asyncwith;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the context of the thread that starts a task along to the task's thread, which inherits
 * neither {@link ScopedValue}s nor {@link ThreadLocal}s by itself: what Python does with {@code
 * contextvars}, for the values that are named.
 *
 * {@snippet :
 * ContextCarrier carrier =
 *     ContextCarrier.scopedValues(USER)
 *         .and(ContextCarrier.capturing(MDC::getCopyOfContextMap, MDC::setContextMap));
 * with(TaskGroup.create().withContext(carrier)).run(tasks -> …);
 * }
 *
 * <p>The context is captured when a task is started, on the thread that starts it, and is there
 * while the task runs. Immutable if its parts are; safe for use by several threads.
 */
@FunctionalInterface
public interface ContextCarrier {

  /**
   * Captures the context of the calling thread.
   *
   * @return what was captured
   */
  Captured capture();

  /** A context that was captured; it may be used several times, and by several threads. */
  @FunctionalInterface
  interface Captured {
    /**
     * Runs work on the calling thread with the captured context. A task that is not run has failed.
     *
     * @param work what to run, once
     */
    void run(Runnable work);
  }

  /**
   * Takes nothing along.
   *
   * @return the carrier
   */
  static ContextCarrier none() {
    return CarriesNothing.INSTANCE;
  }

  /**
   * Takes scoped values along, those of them that are bound.
   *
   * @param values which
   * @return the carrier
   */
  static ContextCarrier scopedValues(ScopedValue<?>... values) {
    Objects.requireNonNull(values, "the scoped values are null: give some");
    for (ScopedValue<?> value : values) {
      Objects.requireNonNull(value, "a scoped value is null: give one that is there");
    }
    List<ScopedValue<?>> keys = List.of(values);
    return () -> {
      ScopedValue.Carrier bound = null;
      for (ScopedValue<?> key : keys) {
        if (key.isBound()) {
          bound = bind(bound, key);
        }
      }
      ScopedValue.Carrier all = bound;
      return work -> {
        if (all == null) {
          work.run();
        } else {
          all.run(work);
        }
      };
    };
  }

  private static <T> ScopedValue.Carrier bind(
      ScopedValue.@Nullable Carrier bound, ScopedValue<T> key) {
    return bound == null ? ScopedValue.where(key, key.get()) : bound.where(key, key.get());
  }

  /**
   * Takes the value of a thread-local along; what the thread had before is put back when the task
   * has ended.
   *
   * @param <T> the type of the value
   * @param local which
   * @return the carrier
   */
  static <T extends @Nullable Object> ContextCarrier threadLocal(ThreadLocal<T> local) {
    Objects.requireNonNull(local, "the thread-local to carry is null");
    return () -> {
      T value = local.get();
      return work -> {
        T before = local.get();
        local.set(value);
        try {
          work.run();
        } finally {
          local.set(before);
        }
      };
    };
  }

  /**
   * Takes along what a library keeps for the thread, such as the MDC of a logging library.
   *
   * @param <T> the type of what is captured
   * @param get captures it, on the thread that starts a task; called on the task's thread as well,
   *     to put back what was there
   * @param set installs it, on the task's thread
   * @return the carrier
   */
  static <T extends @Nullable Object> ContextCarrier capturing(
      Supplier<? extends T> get, Consumer<? super T> set) {
    Objects.requireNonNull(get, "what gets the context is null: give a lambda");
    Objects.requireNonNull(set, "what sets the context is null: give a lambda");
    return () -> {
      T value = get.get();
      return work -> {
        T before = get.get();
        set.accept(value);
        try {
          work.run();
        } finally {
          set.accept(before);
        }
      };
    };
  }

  /**
   * Takes along what this carrier does and then what another one does.
   *
   * @param other the other one
   * @return both
   */
  default ContextCarrier and(ContextCarrier other) {
    Objects.requireNonNull(
        other, "the context carrier is null: give one, or ContextCarrier.none()");
    if (this == CarriesNothing.INSTANCE || other == CarriesNothing.INSTANCE) {
      return this == CarriesNothing.INSTANCE ? other : this;
    }
    return () -> {
      Captured outer = capture();
      Captured inner = other.capture();
      return work -> outer.run(() -> inner.run(work));
    };
  }
}
