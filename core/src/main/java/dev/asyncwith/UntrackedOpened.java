package dev.asyncwith;

/** What was opened while tracking was off, or in the enter of a resource, which is known. */
enum UntrackedOpened implements Tracking.Opened {
  INSTANCE;

  @Override
  public void close() {
    // nobody knows that it was open
  }

  @Override
  public boolean isTracked() {
    return false;
  }
}
