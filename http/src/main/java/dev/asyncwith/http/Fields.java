package dev.asyncwith.http;

import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** What may stand in a request's head: anything else could smuggle a second request into it. */
final class Fields {
  /** What Jetty writes from the body; a second opinion about it would be an attack. */
  private static final Set<String> OF_THE_BODY = Set.of("content-length", "transfer-encoding");

  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie", "set-cookie");

  private Fields() {}

  static boolean isSecret(String name) {
    return SECRET.contains(name.toLowerCase(Locale.ROOT));
  }

  static String checkMethod(String method) {
    Objects.requireNonNull(method, "the method is null");
    return checkToken(method, "method");
  }

  static void checkHeader(String name, String value) {
    Objects.requireNonNull(name, "the name of a header is null");
    Objects.requireNonNull(value, () -> "the value of the header " + name + " is null");
    if (OF_THE_BODY.contains(checkToken(name, "header name").toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "the header " + name + " is written from the body: give withBody what to send");
    }
    checkValue(name, value);
  }

  static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "the value of the header %s has the character U+%04X at %d, which no header may have:"
                    .formatted(name, (int) c, i)
                + " encode it");
      }
    }
  }

  /** RFC 9110, section 5.6.2. */
  private static String checkToken(String text, String what) {
    boolean valid = !text.isEmpty() && text.chars().allMatch(Fields::isTokenChar);
    if (!valid) {
      throw new IllegalArgumentException(
          "the %s \"%s\" may have letters, digits and !#$%%&'*+-.^_`|~ only"
              .formatted(what, text.replaceAll("\\p{Cntrl}", "?")));
    }
    return text;
  }

  private static boolean isTokenChar(int c) {
    return isAlphanumeric(c) || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  static boolean isAlphanumeric(int c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
}
