package dev.asyncwith.http;

import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From the text of a URL to what can be requested. What a URL may not hold as it is, such as a
 * space or a letter outside ASCII, is percent-encoded; what is encoded already is left as it is, so
 * that a signed URL stays valid.
 */
final class Urls {
  private static final Pattern PARTS =
      Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(?:#.*)?");
  private static final Pattern SCHEME = Pattern.compile("(?s)([A-Za-z][A-Za-z0-9+.-]*):.*");
  private static final String ALLOWED = "-._~:/?[]@!$&'()*+,;=";

  private Urls() {}

  /** What to request, and the credentials that the URL carried: user:password, decoded. */
  record Parsed(URI uri, @Nullable String credentials) {}

  static Parsed parse(String text) throws InvalidUrlException {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      throw withoutParts(text);
    }
    String scheme = parts.group(1).toLowerCase(Locale.ROOT);
    if (!isHttp(scheme)) {
      throw notHttp(text, scheme);
    }
    String authority = parts.group(2);
    int at = authority.lastIndexOf('@');
    String path = quote(parts.group(3));
    String host = asciiHost(authority.substring(at + 1), text);
    URI uri = check(scheme + "://" + host + (path.startsWith("/") ? "" : "/") + path, text);
    return new Parsed(uri, at > 0 ? decode(authority.substring(0, at)) : null);
  }

  /** What a Location header names, seen from the URL that sent it. */
  static Parsed resolve(URI base, String location) throws InvalidUrlException {
    if (PARTS.matcher(location).matches() || SCHEME.matcher(location).matches()) {
      return parse(location);
    }
    if (location.startsWith("//")) {
      return parse(base.getScheme() + ":" + location);
    }
    String origin = base.getScheme() + "://" + base.getRawAuthority();
    if (location.startsWith("?")) { // URI.resolve would drop the last part of the path
      return parse(origin + base.getRawPath() + location);
    }
    String relative = quote(location.replaceFirst("(?s)#.*", ""));
    if (relative.isEmpty()) {
      return new Parsed(base, null);
    }
    try {
      String path = base.resolve(relative).getRawSchemeSpecificPart();
      int start = base.getRawAuthority().length() + 2;
      return parse(origin + path.substring(start).replaceFirst("^(/\\.\\.)+(?=/|$)", ""));
    } catch (IllegalArgumentException e) {
      throw invalid(location, e.getMessage(), e);
    }
  }

  static boolean sameOrigin(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getHost().equalsIgnoreCase(other.getHost())
        && port(one) == port(other);
  }

  static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return uri.getScheme().equals("https") ? 443 : 80;
  }

  /** The text for messages, without a password. */
  static String shown(String text) {
    return text.replaceFirst("(?<=://)[^/?#]*@", "").replaceAll("\\p{Cntrl}", "?");
  }

  private static boolean isHttp(String scheme) {
    return scheme.equals("http") || scheme.equals("https");
  }

  private static InvalidUrlException withoutParts(String text) {
    Matcher scheme = SCHEME.matcher(text);
    if (scheme.matches() && !scheme.group(1).contains(".")) {
      String name = scheme.group(1).toLowerCase(Locale.ROOT);
      return isHttp(name) || name.equals("localhost")
          ? invalid(text, "it has no host: write http://host/path", null)
          : notHttp(text, name);
    }
    return invalid(text, "it is not absolute: write https://host/path", null);
  }

  private static InvalidUrlException notHttp(String text, String scheme) {
    return invalid(text, "its scheme " + scheme + " is not supported: use http or https", null);
  }

  private static String asciiHost(String host, String text) throws InvalidUrlException {
    if (host.chars().allMatch(c -> c < 0x80)) {
      return host.toLowerCase(Locale.ROOT);
    }
    int colon = host.lastIndexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    try {
      String ascii = IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
      return colon < 0 ? ascii : ascii + host.substring(colon);
    } catch (IllegalArgumentException e) {
      throw invalid(text, "its host is no international domain name: " + e.getMessage(), e);
    }
  }

  private static URI check(String ascii, String text) throws InvalidUrlException {
    URI uri;
    try {
      uri = new URI(ascii);
    } catch (URISyntaxException e) {
      throw invalid(
          text, e.getReason() + " at " + e.getIndex() + ": a host has letters, digits, - and .", e);
    }
    if (uri.getHost() == null) {
      String why = "it has no valid host: a host has letters, digits, - and .; an address of IPv6";
      throw invalid(text, why + " stands in brackets; a port is a number", null);
    }
    if (uri.getPort() == 0 || uri.getPort() > 0xffff) {
      throw invalid(text, "its port " + uri.getPort() + " is not in 1 to 65535", null);
    }
    return uri;
  }

  private static InvalidUrlException invalid(
      String text, @Nullable String why, @Nullable Exception cause) {
    return new InvalidUrlException(
        "the URL \"%s\" cannot be requested: %s".formatted(shown(text), why), cause);
  }

  private static String quote(String text) {
    var quoted = new StringBuilder(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean escape = c == '%' && isHex(bytes, i + 1) && isHex(bytes, i + 2);
      if (Fields.isAlphanumeric(c) || escape || ALLOWED.indexOf(c) >= 0) {
        quoted.append(c);
      } else {
        quoted.append("%%%02X".formatted((int) c));
      }
    }
    return quoted.toString();
  }

  private static boolean isHex(byte[] bytes, int i) {
    return i < bytes.length && Character.digit(bytes[i], 16) >= 0;
  }

  private static String decode(String text) {
    return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
