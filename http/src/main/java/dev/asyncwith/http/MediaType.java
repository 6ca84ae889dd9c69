package dev.asyncwith.http;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Content-Type header.
 *
 * @param type type and subtype in lower case, without parameters
 * @param charset the charset parameter as it was sent, or null
 */
record MediaType(String type, @Nullable String charset) {
  private static final String UNKNOWN = "application/octet-stream";
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s;]*))");
  private static final Pattern JSON = Pattern.compile("application/(?:[\\w.+-]+?\\+)?json");

  static MediaType parse(@Nullable String header) {
    if (header == null) {
      return new MediaType(UNKNOWN, null);
    }
    int end = header.indexOf(';');
    String type = (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    Matcher charset = CHARSET.matcher(header);
    return new MediaType(
        type.indexOf('/') > 0 ? type : UNKNOWN, charset.find() ? firstGroup(charset) : null);
  }

  private static @Nullable String firstGroup(Matcher matcher) {
    for (int group = 1; group <= matcher.groupCount(); group++) {
      if (matcher.group(group) != null) {
        return matcher.group(group);
      }
    }
    return null;
  }

  /** What text is decoded by: aiohttp's rules, which fall back to UTF-8. */
  Charset encoding() {
    if (charset != null) {
      try {
        return Charset.forName(charset);
      } catch (IllegalArgumentException e) {
        return StandardCharsets.UTF_8; // unknown here; aiohttp falls back too
      }
    }
    return StandardCharsets.UTF_8;
  }

  /** Whether a body of this type is what a caller asked for; application/json takes any +json. */
  boolean isA(String expected) {
    String wanted = expected.toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "*/*" -> true;
      case "application/json" -> JSON.matcher(type).matches();
      default -> type.equals(wanted);
    };
  }
}
