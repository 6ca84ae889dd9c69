package dev.asyncwith.http;

/**
 * Why we ended an exchange ourselves; the failure for the caller is made on the caller's thread.
 */
final class Stop extends Exception {
  private static final long serialVersionUID = 1L;

  /** The reasons. */
  enum Reason {
    /** The total timeout has passed. */
    TIMEOUT,
    /** The session was closed. */
    SESSION_CLOSED,
    /** The response was closed before its body had come. */
    RESPONSE_CLOSED,
    /** The thread that waited was interrupted. */
    INTERRUPTED
  }

  private final Reason reason;

  Stop(Reason reason) {
    super("ended by its caller: " + reason, null, false, false);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
