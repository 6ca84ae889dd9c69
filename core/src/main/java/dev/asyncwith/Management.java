package dev.asyncwith;

import java.lang.System.Logger.Level;

/** Registers the MBean, where the JVM has the module {@code java.management}. */
final class Management {
  private static boolean registered;

  private Management() {}

  static synchronized void register() {
    if (registered || !isAvailable()) {
      return;
    }
    registered = true;
    try {
      ScopesBean.register();
    } catch (Exception | LinkageError e) {
      System.getLogger("dev.asyncwith")
          .log(Level.WARNING, "the MBean " + ScopesMXBean.NAME + " could not be registered", e);
    }
  }

  private static boolean isAvailable() {
    return ModuleLayer.boot()
        .findModule("java.management")
        .filter(Management.class.getModule()::canRead)
        .isPresent();
  }
}
