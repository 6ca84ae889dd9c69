package dev.asyncwith.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text in UTF-8, US-ASCII or ISO-8859-1, where a line end is one byte that is part of nothing else:
 * lines are found in the bytes, and each is decoded by itself, which the JDK does fastest.
 */
final class ByteTextReader implements TextReader {
  private static final char REPLACEMENT = '\uFFFD';

  private final BufferedFile file;
  private final ReadBuffer ahead;
  private final Charset charset;
  private final boolean utf8;

  /** A line of a stream ended in CR, and whether LF follows is not known yet. */
  private boolean skipLineFeed;

  ByteTextReader(BufferedFile file, Charset charset) {
    this.file = file;
    this.ahead = file.ahead();
    this.charset = charset;
    this.utf8 = charset.equals(StandardCharsets.UTF_8);
  }

  @Override
  public boolean atEnd() throws IOException, InterruptedException {
    skipLineFeed();
    while (ahead.available() == 0) {
      if (!file.fill()) {
        return true;
      }
      skipLineFeed();
    }
    return false;
  }

  /** Skips the LF of a CR LF if it is there; does not wait for it. */
  private void skipLineFeed() {
    if (skipLineFeed && ahead.available() > 0) {
      skipLineFeed = false;
      if (ahead.array[ahead.start] == '\n') {
        file.consume(1);
      }
    }
  }

  @Override
  public @Nullable String readLine() throws IOException, InterruptedException {
    if (atEnd()) {
      return null;
    }
    int scanned = 0;
    while (true) {
      int lineEnd = LineEnds.find(ahead.array, ahead.start + scanned, ahead.end);
      if (lineEnd >= 0) {
        return takeLine(lineEnd - ahead.start);
      }
      scanned = ahead.available();
      if (!file.fill()) {
        return take(scanned);
      }
    }
  }

  /** Takes a line of {@code length} bytes and its end. */
  private String takeLine(int length) throws IOException, InterruptedException {
    boolean carriageReturn = ahead.array[ahead.start + length] == '\r';
    // Of a stream the next byte may be long in coming, and the line is there now. A file may be
    // written to, and then its position has to be right.
    if (carriageReturn && ahead.available() == length + 1 && !file.isStream()) {
      boolean _ = file.fill();
    }
    String line = decode(length);
    file.consume(length + 1);
    skipLineFeed = carriageReturn;
    skipLineFeed();
    return line;
  }

  @Override
  public String read(int max) throws IOException, InterruptedException {
    if (max == 0 || atEnd()) {
      return "";
    }
    int length = 0;
    int characters = 0;
    while (characters < max) {
      int needed = length + (length < ahead.available() ? sequenceLength(length) : 1);
      if (needed <= ahead.available()) {
        length = needed;
        characters++;
      } else if (!file.fill()) {
        return take(ahead.available()); // the rest, be it that of a cut-off character
      }
    }
    return take(length);
  }

  /** How many bytes the character that begins at {@code index} says it has. */
  private int sequenceLength(int index) {
    int lead = ahead.array[ahead.start + index] & 0xFF;
    if (!utf8 || lead < 0xC0) {
      return 1;
    }
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  }

  @Override
  public String readAll() throws IOException, InterruptedException {
    file.fillToEnd();
    skipLineFeed();
    return take(ahead.available());
  }

  private String take(int length) throws TextCodingException {
    String text = decode(length);
    file.consume(length);
    return text;
  }

  /**
   * Decodes strictly. The constructor of String puts U+FFFD for what is malformed, so only text
   * that has one is looked at again.
   */
  private String decode(int length) throws TextCodingException {
    String text = new String(ahead.array, ahead.start, length, charset);
    if (text.indexOf(REPLACEMENT) >= 0) {
      refuseMalformed(length);
    }
    return text;
  }

  private void refuseMalformed(int length) throws TextCodingException {
    var decoder = charset.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(ahead.array, ahead.start, length);
    CharBuffer scratch = CharBuffer.allocate(1024);
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      result = decoder.decode(bytes, scratch.clear(), true);
    }
    if (result.isError()) {
      throw file.malformed(charset, bytes, result.length());
    }
  }

  @Override
  public boolean isAtPosition() {
    return true;
  }

  @Override
  public void reset() {
    skipLineFeed = false;
  }
}
