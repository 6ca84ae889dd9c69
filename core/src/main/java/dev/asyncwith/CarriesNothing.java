package dev.asyncwith;

/** The carrier of those who have nothing to take along. */
enum CarriesNothing implements ContextCarrier {
  INSTANCE;

  static final Captured CAPTURED = Runnable::run;

  @Override
  public Captured capture() {
    return CAPTURED;
  }
}
