package dev.asyncwith;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * What its owner closes by hand. It does not hold the value, which else would never be garbage, and
 * so keeps its name from the beginning.
 */
final class ByHand extends Open implements Tracking.Opened {
  private final WeakReference<Object> value;
  private final String name;
  private final Class<?> type;

  ByHand(Object value, String name) {
    super(here(), OpenScope.Phase.BODY);
    this.value = new WeakReference<>(value);
    this.name = name;
    this.type = value.getClass();
  }

  @Override
  public void close() {
    if (OpenThings.removeByHand(this)) {
      closed();
    }
  }

  @Override
  public boolean isTracked() {
    return true;
  }

  /** The value is garbage; true if it had not been closed. */
  boolean dropped() {
    return OpenThings.removeByHand(this);
  }

  /** Whether it was opened in a run, by which it should be closed. */
  boolean isOf(Background run) {
    return track().inherited().background() == run;
  }

  @Override
  @Nullable Object what() {
    return value.get();
  }

  @Override
  String name() {
    return name;
  }

  @Override
  Class<?> type() {
    return type;
  }

  @Override
  OpenScope.Kind kind() {
    return OpenScope.Kind.BY_HAND;
  }
}
