package dev.asyncwith.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request or response, in their order. A name is found in any case, and may stand
 * several times. Immutable.
 *
 * {@snippet :
 * String type = response.headers().get("content-type");
 * for (var field : response.headers()) {
 *   print(field.name() + ": " + field.value());
 * }
 * }
 */
public final class Headers implements Iterable<Headers.Field> {
  static final Headers NONE = new Headers(List.of());

  /**
   * One line of headers.
   *
   * @param name the name, in the case it was sent in
   * @param value the value, without space around it
   */
  public record Field(String name, String value) {
    /**
     * A field.
     *
     * @param name the name
     * @param value the value
     */
    public Field {
      Objects.requireNonNull(name, "the name of a header is null");
      Objects.requireNonNull(value, "the value of a header is null");
    }

    boolean isNamed(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  private final List<Field> fields;

  Headers(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /**
   * The first value of a header.
   *
   * @param name its name, in any case
   * @return the value, or null if there is none
   */
  public @Nullable String get(String name) {
    Objects.requireNonNull(name, "name");
    for (Field field : fields) {
      if (field.isNamed(name)) {
        return field.value;
      }
    }
    return null;
  }

  /**
   * All values of a header, in their order.
   *
   * @param name its name, in any case
   * @return the values; empty if there are none
   */
  public List<String> all(String name) {
    Objects.requireNonNull(name, "name");
    return fields.stream().filter(f -> f.isNamed(name)).map(Field::value).toList();
  }

  /**
   * Whether there is a header.
   *
   * @param name its name, in any case
   * @return true if it stands here at least once
   */
  public boolean contains(String name) {
    return get(name) != null;
  }

  /**
   * All lines, in their order.
   *
   * @return an iterator that removes nothing
   */
  @Override
  public Iterator<Field> iterator() {
    return fields.iterator();
  }

  /** These with one header replaced, all of its values. */
  Headers with(String name, String value) {
    var changed = new ArrayList<>(without(name).fields);
    changed.add(new Field(name, value));
    return new Headers(changed);
  }

  Headers without(String... names) {
    var changed = new ArrayList<>(fields);
    for (String name : names) {
      changed.removeIf(field -> field.isNamed(name));
    }
    return new Headers(changed);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Headers that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /**
   * The names and values, one line each; those that carry secrets without the value.
   *
   * @return the text for a log
   */
  @Override
  public String toString() {
    var lines = new StringBuilder();
    for (Field field : fields) {
      lines.append(field.name).append(": ");
      lines.append(Fields.isSecret(field.name) ? "(hidden)" : field.value).append('\n');
    }
    return lines.toString();
  }
}
