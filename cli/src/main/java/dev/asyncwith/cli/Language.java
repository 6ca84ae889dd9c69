package dev.asyncwith.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A language that the command speaks. */
enum Language {
  /** English. */
  en(Locale.ENGLISH, "a"),
  /** Japanese. */
  ja(Locale.JAPANESE, "閉");

  private static final String OPTION = "--lang";

  private final Locale locale;
  private final String sample;

  Language(Locale locale, String sample) {
    this.locale = locale;
    this.sample = sample;
  }

  Locale locale() {
    return locale;
  }

  /** The language of a locale: English where there is no better one. */
  static Language of(Locale locale) {
    return locale.getLanguage().equals("ja") ? ja : en;
  }

  /**
   * The language that a command line asks for. It is looked up before the line is parsed, for the
   * help and the parser's errors need it too.
   */
  static Language of(String[] arguments, Locale fallback) {
    for (int i = 0; i < arguments.length; i++) {
      for (Language language : values()) {
        boolean next = i + 1 < arguments.length && arguments[i + 1].equals(language.name());
        if (arguments[i].equals(OPTION + "=" + language) || (arguments[i].equals(OPTION) && next)) {
          return language;
        }
      }
    }
    return of(fallback);
  }

  /** The charset of an output, or UTF-8 if that cannot write this language. */
  Charset writable(Charset charset) {
    return charset.canEncode() && charset.newEncoder().canEncode(sample)
        ? charset
        : StandardCharsets.UTF_8;
  }
}
