package dev.asyncwith.http;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plain values as JSON (RFC 8259), in ASCII as Python's {@code json.dumps} writes it. */
final class JsonWriter {
  private final StringBuilder out = new StringBuilder();
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private JsonWriter() {}

  static String write(@Nullable Object value) {
    var writer = new JsonWriter();
    writer.value(value);
    return writer.out.toString();
  }

  private void value(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b);
      case Double d -> finite(d);
      case Float f -> finite(f);
      case Number n -> out.append(n);
      case CharSequence s -> string(s);
      case Enum<?> e -> string(e.name());
      case Map<?, ?> map -> object(map);
      case Iterable<?> list -> array(list, list);
      case Object[] array -> array(array, Arrays.asList(array));
      default ->
          throw new IllegalArgumentException(
              "a %s has no form in JSON: give maps, lists, strings, numbers, booleans and null,"
                      .formatted(value.getClass().getName())
                  + " or write the text yourself: withBody(text, \"application/json\")");
    }
  }

  private void finite(Number number) {
    if (!Double.isFinite(number.doubleValue())) {
      throw new IllegalArgumentException(number + " has no form in JSON: send null or a string");
    }
    out.append(number);
  }

  private void object(Map<?, ?> map) {
    enter(map);
    char separator = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof CharSequence name)) {
        throw new IllegalArgumentException(
            "the key " + entry.getKey() + " of a map is no string, as JSON wants it");
      }
      out.append(separator);
      string(name);
      out.append(':');
      value(entry.getValue());
      separator = ',';
    }
    out.append(map.isEmpty() ? "{}" : "}");
    open.remove(map);
  }

  private void array(Object container, Iterable<?> list) {
    enter(container);
    char separator = '[';
    for (Object item : list) {
      out.append(separator);
      value(item);
      separator = ',';
    }
    out.append(separator == '[' ? "[]" : "]");
    open.remove(container);
  }

  private void enter(Object container) {
    if (!open.add(container)) {
      throw new IllegalArgumentException("a map or list holds itself, which JSON cannot say");
    }
  }

  private void string(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ' || c > '~') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
