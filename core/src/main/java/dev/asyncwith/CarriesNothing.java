package dev.asyncwith;

/** The carrier of those who have nothing to take along. */
enum CarriesNothing implements ContextCarrier {
  INSTANCE;

  @Override
  public Captured capture() {
    return Runnable::run;
  }
}
