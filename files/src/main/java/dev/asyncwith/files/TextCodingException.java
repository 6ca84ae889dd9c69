package dev.asyncwith.files;

import java.io.Serial;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;

/**
 * The bytes of a file are no text in its charset, or a text cannot be written in it: Python's
 * {@code UnicodeDecodeError} and {@code UnicodeEncodeError}. Its message names file, charset and
 * place.
 */
public final class TextCodingException extends CharacterCodingException {
  @Serial private static final long serialVersionUID = 1L;

  /** The whole message. */
  private final String message;

  /** The path as it was given; a {@link Path} does not serialize. */
  private final String file;

  /** The canonical name of the charset. */
  private final String charset;

  /** The place in the file or in the text. */
  private final long offset;

  private TextCodingException(String message, Path path, String charset, long offset) {
    this.message = message;
    this.file = path.toString();
    this.charset = charset;
    this.offset = offset;
  }

  /**
   * An error of reading.
   *
   * @param path the file
   * @param charset the name of the charset
   * @param offset the place of the first malformed byte in the file
   * @param bytes what stands there, for the message
   */
  static TextCodingException reading(Path path, String charset, long offset, String bytes) {
    return new TextCodingException(
        "%s: the bytes %s at byte %d are not %s: open the file with the charset it was written in"
            .formatted(path, bytes, offset, charset),
        path,
        charset,
        offset);
  }

  /**
   * An error of writing.
   *
   * @param path the file
   * @param charset the name of the charset
   * @param offset the place of the first character in the text that was to be written
   * @param character what stands there, for the message
   */
  static TextCodingException writing(Path path, String charset, long offset, String character) {
    return new TextCodingException(
        "%s: the character %s at index %d of the text cannot be written in %s: nothing of it was"
                .formatted(path, character, offset, charset)
            + " written; open the file with a charset that has it, such as UTF-8",
        path,
        charset,
        offset);
  }

  /**
   * The file.
   *
   * @return its path, as it was given when it was opened
   */
  public String file() {
    return file;
  }

  /**
   * The charset that the file was opened with.
   *
   * @return its canonical name
   */
  public String charset() {
    return charset;
  }

  /**
   * The place of the error.
   *
   * @return on reading, the offset in bytes from the beginning of the file; on writing, the index
   *     in the text that was to be written
   */
  public long offset() {
    return offset;
  }

  @Override
  public String getMessage() {
    return message;
  }
}
