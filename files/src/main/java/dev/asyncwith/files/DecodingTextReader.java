package dev.asyncwith.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import org.jspecify.annotations.Nullable;

/**
 * Text in any charset: the bytes are decoded chunk by chunk, and lines are found in the characters.
 * What was decoded and not used has no place in the file that one could tell.
 */
final class DecodingTextReader implements TextReader {
  private static final int CHUNK = 8 << 10;

  private final BufferedFile file;
  private final ReadBuffer ahead;
  private final Charset charset;
  private final CharsetDecoder decoder;

  /** The decoded characters, from its position to its limit; room is behind the limit. */
  private CharBuffer chars = CharBuffer.allocate(0);

  /** A line of a stream ended in CR, and whether LF follows is not known yet. */
  private boolean skipLineFeed;

  DecodingTextReader(BufferedFile file, Charset charset) {
    this.file = file;
    this.ahead = file.ahead();
    this.charset = charset;
    this.decoder = charset.newDecoder(); // a new one reports what is malformed
  }

  @Override
  public boolean atEnd() throws IOException, InterruptedException {
    skipLineFeed();
    while (!chars.hasRemaining()) {
      if (!decodeMore()) {
        return true;
      }
      skipLineFeed();
    }
    return false;
  }

  /** Skips the LF of a CR LF if it is there; does not wait for it. */
  private void skipLineFeed() {
    if (skipLineFeed && chars.hasRemaining()) {
      skipLineFeed = false;
      if (chars.charAt(0) == '\n') {
        consume(1);
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
      for (; scanned < chars.remaining(); scanned++) {
        char c = chars.charAt(scanned);
        if (c == '\n' || c == '\r') {
          return takeLine(scanned, c == '\r');
        }
      }
      if (!decodeMore()) {
        return take(scanned);
      }
    }
  }

  private String takeLine(int length, boolean carriageReturn)
      throws IOException, InterruptedException {
    if (carriageReturn && chars.remaining() == length + 1 && !file.isStream()) {
      boolean _ = decodeMore();
    }
    String line = take(length);
    consume(1);
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
      int needed = length + (length < chars.remaining() ? charCount(length) : 1);
      if (needed <= chars.remaining()) {
        length = needed;
        characters++;
      } else if (!decodeMore()) {
        return take(chars.remaining());
      }
    }
    return take(length);
  }

  private int charCount(int index) {
    return Character.isHighSurrogate(chars.charAt(index)) ? 2 : 1;
  }

  @Override
  public String readAll() throws IOException, InterruptedException {
    file.fillToEnd();
    while (decodeBuffered()) {}
    refuseRest();
    skipLineFeed();
    return take(chars.remaining());
  }

  private String take(int length) {
    String text = chars.subSequence(0, length).toString();
    consume(length);
    return text;
  }

  private void consume(int count) {
    chars.position(chars.position() + count);
  }

  /** Decodes some more characters, reading where needed; false at the end of the file. */
  private boolean decodeMore() throws IOException, InterruptedException {
    while (!decodeBuffered()) {
      if (!file.fill()) {
        refuseRest();
        return false;
      }
    }
    return true;
  }

  /** Decodes characters from the bytes read ahead; false if these do not make one. */
  private boolean decodeBuffered() throws IOException {
    int before = chars.remaining();
    ByteBuffer bytes = at(ahead.start);
    CoderResult result = decode(bytes);
    file.consume(ahead.available() - bytes.remaining());
    if (chars.remaining() > before) {
      return true; // what is malformed behind them is met the next time
    }
    if (result.isError()) {
      throw file.malformed(charset, at(ahead.start), result.length());
    }
    return false;
  }

  /** At the end of the file: bytes that are left are a part of a character. */
  private void refuseRest() throws TextCodingException {
    if (ahead.available() > 0) {
      throw file.malformed(charset, at(ahead.start), ahead.available());
    }
  }

  private ByteBuffer at(int index) {
    return ByteBuffer.wrap(ahead.array, index, ahead.end - index);
  }

  /** Decodes from {@code bytes} to behind the limit of {@link #chars}. */
  private CoderResult decode(ByteBuffer bytes) throws IOException {
    makeRoom();
    int start = chars.position();
    chars.position(chars.limit()).limit(chars.capacity());
    CoderResult result = decoder.decode(bytes, chars, false);
    chars.limit(chars.position()).position(start);
    return result;
  }

  private void makeRoom() throws IOException {
    if (chars.capacity() - chars.limit() >= CHUNK) {
      return;
    }
    int count = chars.remaining();
    if (chars.capacity() - count >= CHUNK) {
      chars.compact().flip();
    } else if (count > Integer.MAX_VALUE / 2 - CHUNK) {
      throw ReadBuffer.tooLarge();
    } else {
      chars = CharBuffer.allocate(Math.max(2 * count, count + CHUNK)).put(chars).flip();
    }
  }

  @Override
  public boolean isAtPosition() {
    return !chars.hasRemaining();
  }

  @Override
  public void reset() {
    skipLineFeed = false;
    chars.position(chars.limit());
    decoder.reset();
  }
}
