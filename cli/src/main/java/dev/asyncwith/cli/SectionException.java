package dev.asyncwith.cli;

/** A failure that the user can do something about: its text names the thing and the remedy. */
final class SectionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String text;

  SectionException(String text, Throwable cause) {
    super(text, cause);
    this.text = text;
  }

  /** The text, in the user's language. */
  String text() {
    return text;
  }
}
