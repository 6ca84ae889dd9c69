package dev.asyncwith;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An entry of an exit stack while tracking is on; it may be exited by another thread. */
final class StackEntry extends Open implements AsyncExit<RuntimeException> {
  private final Object described;
  private @Nullable AsyncExit<RuntimeException> exit;

  private StackEntry(AsyncExit<?> described, OpenScope.Phase phase) {
    super(here(), phase);
    this.described = described;
  }

  /** Begins the enter of a manager, which ends by {@link #entered} or {@link #failed}. */
  static @Nullable StackEntry entering(AsyncContextManager<?, ?> manager) {
    if (!Tracking.isOn()) {
      return null;
    }
    var entry = new StackEntry(manager, OpenScope.Phase.ENTERING);
    entry.track().push(entry);
    return entry;
  }

  /** The entry for an exit that is there. */
  static AsyncExit<RuntimeException> of(AsyncExit<RuntimeException> exit, @Nullable Open ofStack) {
    if (!Tracking.isOn() || exit instanceof StackEntry) {
      return exit;
    }
    return new StackEntry(exit, OpenScope.Phase.BODY).register(exit, ofStack);
  }

  /** It is entered, and this is its exit. */
  @SuppressWarnings("unchecked") // what an exit throws is thrown on, whatever it is
  StackEntry entered(AsyncExit<?> withExit, @Nullable Open ofStack) {
    track().pop(this);
    phase(OpenScope.Phase.BODY);
    return register((AsyncExit<RuntimeException>) withExit, ofStack);
  }

  void failed() {
    track().pop(this);
  }

  private StackEntry register(AsyncExit<RuntimeException> withExit, @Nullable Open ofStack) {
    exit = withExit;
    around(ofStack);
    OpenThings.addEntry(this);
    return this;
  }

  AsyncExit<RuntimeException> exit() {
    return Objects.requireNonNull(exit, "entered");
  }

  @Override
  public boolean exit(Outcome outcome) throws InterruptedException {
    phase(OpenScope.Phase.EXITING);
    try {
      return exit().exit(outcome);
    } finally {
      OpenThings.removeEntry(this);
      closed();
    }
  }

  @Override
  @Nullable Object what() {
    return described;
  }

  @Override
  String name() {
    return Names.describe(described);
  }

  @Override
  Class<?> type() {
    return described.getClass();
  }

  @Override
  OpenScope.Kind kind() {
    return OpenScope.Kind.MANAGER;
  }

  @Override
  public String describe() {
    return exit().describe();
  }
}
