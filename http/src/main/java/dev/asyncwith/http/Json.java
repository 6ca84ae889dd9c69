package dev.asyncwith.http;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON as RFC 8259 has it and nothing else, into plain values: {@code Map}, {@code List}, {@code
 * String}, {@code Long} or {@code BigInteger}, {@code Double}, {@code Boolean}, null. What comes
 * from a network is data: it never names a class.
 */
final class Json {
  private static final int DEEPEST = 1000; // a hostile body of brackets must not end the stack
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

  private final String text;
  private int at;
  private int depth;

  private Json(String text) {
    this.text = text;
  }

  /** Why a text is no JSON, and where. */
  static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
      super(message);
    }
  }

  static @Nullable Object parse(String text) throws SyntaxException {
    var parser = new Json(text);
    if (text.startsWith("\ufeff")) {
      parser.at = 1;
    }
    Object value = parser.value();
    parser.skipSpace();
    if (parser.at < text.length()) {
      throw parser.error("more follows after the value");
    }
    return value;
  }

  private @Nullable Object value() throws SyntaxException {
    skipSpace();
    if (at == text.length()) {
      throw error(at == 0 ? "it is empty" : "a value is missing");
    }
    return switch (text.charAt(at)) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object() throws SyntaxException {
    descend();
    var map = new LinkedHashMap<String, @Nullable Object>();
    if (!take('}')) {
      do {
        skipSpace();
        if (at == text.length() || text.charAt(at) != '"') {
          throw error("a name in quotes is missing");
        }
        String name = string();
        expect(':');
        map.put(name, value());
      } while (take(','));
      expect('}');
    }
    depth--;
    return map;
  }

  private List<@Nullable Object> array() throws SyntaxException {
    descend();
    var list = new ArrayList<@Nullable Object>();
    if (!take(']')) {
      do {
        list.add(value());
      } while (take(','));
      expect(']');
    }
    depth--;
    return list;
  }

  private void descend() throws SyntaxException {
    at++;
    if (++depth > DEEPEST) {
      throw error("it is nested deeper than " + DEEPEST);
    }
  }

  private String string() throws SyntaxException {
    var out = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return out.toString();
      }
      if (c < ' ') {
        throw error("a string holds a control character that is not escaped");
      }
      out.append(c == '\\' ? escape() : c);
    }
    throw error("a string is not closed");
  }

  /** Leaves {@code at} on the last character of the escape. */
  private char escape() throws SyntaxException {
    at++;
    char c = at < text.length() ? text.charAt(at) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw error("an escape is not one of JSON");
    };
  }

  private char unicode() throws SyntaxException {
    int code = 0;
    for (int i = 1; i <= 4; i++) {
      int digit = at + i < text.length() ? hexDigit(text.charAt(at + i)) : -1;
      if (digit < 0) {
        throw error("\\u is not followed by four hex digits");
      }
      code = code * 16 + digit;
    }
    at += 4;
    return (char) code;
  }

  private static int hexDigit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private Number number() throws SyntaxException {
    Matcher number = NUMBER.matcher(text).region(at, text.length());
    if (!number.lookingAt()) {
      throw error("no value begins with " + text.substring(at, text.offsetByCodePoints(at, 1)));
    }
    at = number.end();
    String digits = number.group();
    if (number.group(1) != null || number.group(2) != null) {
      return Double.valueOf(digits);
    }
    if (digits.length() > 4300) { // CPython's limit too: the conversion is quadratic
      throw error("an integer has more than 4300 digits");
    }
    return digits.length() < 19 ? (Number) Long.valueOf(digits) : shortest(new BigInteger(digits));
  }

  private static Number shortest(BigInteger number) {
    return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
  }

  private @Nullable Object word(String word, @Nullable Object meaning) throws SyntaxException {
    if (!text.startsWith(word, at)) {
      throw error("this is no value, nor " + word);
    }
    at += word.length();
    return meaning;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean take(char c) {
    skipSpace();
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) throws SyntaxException {
    if (!take(c)) {
      throw error("'" + c + "' is missing");
    }
  }

  private SyntaxException error(String what) {
    String before = text.substring(0, Math.min(at, text.length()));
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    return new SyntaxException("%s (line %d, column %d)".formatted(what, line, column));
  }
}
