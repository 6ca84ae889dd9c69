package dev.asyncwith.bench;

/** Measures one contender once, in a process of its own. */
interface Probe {

  /** Measures. */
  Sample measure(Effort effort) throws FailedException, InterruptedException;

  /** The contender is not there, or did not do it. */
  final class FailedException extends Exception {
    private static final long serialVersionUID = 1;

    FailedException(String message) {
      super(message);
    }
  }
}
