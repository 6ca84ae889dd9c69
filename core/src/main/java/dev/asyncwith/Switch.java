package dev.asyncwith;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MutableCallSite;

/**
 * A condition that is asked for all the time and hardly ever changes. The JIT takes the target of a
 * call site for a constant, and throws away what it compiled when that changes: so it costs nothing
 * to ask, not even the read of a field, and no thread misses a change. To be kept in a static final
 * field: the JIT trusts the fields of a record, and only those of one that it knows.
 */
record Switch(MutableCallSite site, MethodHandle state) {
  private static final MethodHandle OFF = MethodHandles.constant(boolean.class, false);
  private static final MethodHandle ON = MethodHandles.constant(boolean.class, true);

  /** Makes one that is off. */
  static Switch create() {
    var site = new MutableCallSite(OFF);
    return new Switch(site, site.dynamicInvoker());
  }

  boolean isOn() {
    try {
      return (boolean) state.invokeExact();
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }

  void turn(boolean on) {
    if (isOn() != on) {
      site.setTarget(on ? ON : OFF);
      MutableCallSite.syncAll(new MutableCallSite[] {site});
    }
  }
}
