package dev.asyncwith;

/** What was opened while tracking was off. */
enum UntrackedOpened implements Tracking.Opened {
  INSTANCE;

  @Override
  public void close() {
    // nobody knows that it was open
  }
}
