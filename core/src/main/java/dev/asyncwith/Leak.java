package dev.asyncwith;

/**
 * Something that stays open although it should not, or that it may be forgotten to close. Told to
 * the listeners of {@link Tracking#onLeak}. Immutable.
 */
public final class Leak {

  /** How a leak was noticed. */
  public enum Trigger {
    /** The run that it was opened in has ended. */
    END_OF_RUN,
    /** The block that it was opened in has ended. */
    END_OF_SCOPE,
    /** It has been held for longer than {@link Tracking#holdTime}. */
    HOLD_TIME,
    /** What was held for too long was returned after all. */
    RETURNED,
    /** It was dropped: nobody can close it any more. */
    GARBAGE
  }

  private final Trigger trigger;
  private final OpenScope scope;
  private final String message;

  Leak(Trigger trigger, OpenScope scope, String message) {
    this.trigger = trigger;
    this.scope = scope;
    this.message = message;
  }

  /**
   * How it was noticed.
   *
   * @return the trigger
   */
  public Trigger trigger() {
    return trigger;
  }

  /**
   * What is open, by whom, since when and where it was opened.
   *
   * @return the thing
   */
  public OpenScope scope() {
    return scope;
  }

  /**
   * All of it in a sentence, with the question to answer.
   *
   * @return the message
   */
  public String message() {
    return message;
  }

  @Override
  public String toString() {
    return message;
  }
}
