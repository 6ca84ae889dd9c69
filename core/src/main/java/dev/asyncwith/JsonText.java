package dev.asyncwith;

import java.util.List;

/** Writes JSON (RFC 8259) of objects, lists, strings, numbers and booleans. */
final class JsonText {
  private final StringBuilder text = new StringBuilder();

  /** Whether the next value or member follows another one. */
  private boolean follows;

  JsonText begin(char bracket) {
    comma();
    text.append(bracket);
    follows = false;
    return this;
  }

  JsonText end(char bracket) {
    text.append(bracket);
    follows = true;
    return this;
  }

  JsonText key(String name) {
    comma();
    string(name);
    text.append(':');
    follows = false;
    return this;
  }

  void member(String name, Object value) {
    key(name);
    value(value);
  }

  private void value(Object value) {
    if (value instanceof List<?> list) {
      begin('[');
      list.forEach(this::value);
      end(']');
      return;
    }
    comma();
    if (value instanceof Number || value instanceof Boolean) {
      text.append(value);
    } else {
      string(value.toString());
    }
    follows = true;
  }

  private void comma() {
    if (follows) {
      text.append(',');
    }
    follows = true;
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        default -> {
          if (c < ' ' || Character.isSurrogate(c)) { // a half of a pair is no text by itself
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
