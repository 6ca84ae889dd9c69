package dev.asyncwith;

import java.util.HashMap;
import java.util.Map;

/**
 * A blocking call of code that knows nothing of this library, ready to be made by one thread.
 *
 * @param call blocks until it is interrupted or released
 * @param frame the method, as {@code package.Class.method}, in which its thread then is
 * @param release lets a call that the interrupt did not wake come back
 */
record ForeignCall(Action call, String frame, Action release) {

  /** A step that may throw what it likes. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Prepares a call on the thread of the test, which releases it too. */
  @FunctionalInterface
  interface Setup {
    ForeignCall prepare(AsyncExitStack resources) throws Exception;
  }

  /** Every call, by the name that it has in docs/cancellation.md. */
  static Map<String, Setup> all() {
    Map<String, Setup> all = new HashMap<>();
    all.putAll(ForeignWaits.all());
    all.putAll(ForeignSockets.all());
    all.putAll(ForeignFiles.all());
    all.putAll(ForeignLibraries.all());
    return all;
  }

  /** One that is known to be woken. */
  static ForeignCall woken(Action call, String frame) {
    return new ForeignCall(call, frame, () -> {});
  }

  /** Closes a value when the test is over. */
  static <T extends AutoCloseable> T closed(AsyncExitStack resources, T value) {
    resources.callback(value::close);
    return value;
  }
}
