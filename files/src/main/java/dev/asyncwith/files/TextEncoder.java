package dev.asyncwith.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.file.Path;

/**
 * Text to bytes, strictly and each piece as a whole: a text that the charset cannot hold is refused
 * before a byte of it is written, and a charset that shifts its state is back at the start after
 * it.
 */
final class TextEncoder {
  private final Path path;
  private final Charset charset;
  private final CharsetEncoder encoder;

  /** The length of the byte order mark that the encoder puts before each piece. */
  private final int markLength;

  TextEncoder(Path path, Charset charset) {
    this.path = path;
    this.charset = charset;
    this.encoder = charset.newEncoder(); // a new one reports what it cannot encode
    this.markLength = markLength(charset);
  }

  /** Whether the bytes of a text in a charset depend on a mark at the beginning of the file. */
  static boolean hasMark(Charset charset) {
    return charset.canEncode()
        && (markLength(charset) > 0 || charset.name().equals("UTF-32")); // read, if not written
  }

  private static int markLength(Charset charset) {
    return 2 * "a".getBytes(charset).length - "aa".getBytes(charset).length;
  }

  ByteBuffer encode(CharSequence text, boolean atBeginning) throws TextCodingException {
    CharBuffer chars = CharBuffer.wrap(text.toString().toCharArray());
    ByteBuffer bytes;
    try {
      bytes = encoder.encode(chars);
    } catch (CharacterCodingException e) {
      int index = chars.position();
      String character = "U+%04X".formatted(Character.codePointAt(chars.array(), index));
      throw TextCodingException.writing(path, charset.name(), index, character);
    }
    if (!atBeginning && bytes.hasRemaining()) {
      bytes.position(markLength);
    }
    return bytes;
  }
}
