package dev.asyncwith.cli;

import dev.asyncwith.examples.Narrator;
import java.text.MessageFormat;
import java.util.ListResourceBundle;
import java.util.ResourceBundle;

/**
 * The words of the command in one language. Its own have keys in {@code messages}; the examples'
 * English lines are the keys of {@code narration}, which English itself does without. Immutable.
 */
final class Texts {
  private static final ResourceBundle NO_TRANSLATION =
      new ListResourceBundle() {
        @Override
        protected Object[][] getContents() {
          return new Object[0][];
        }
      };

  private final Language language;
  private final ResourceBundle messages;
  private final ResourceBundle narration;

  Texts(Language language) {
    this.language = language;
    this.messages = bundle("messages", language);
    this.narration = language == Language.en ? NO_TRANSLATION : bundle("narration", language);
  }

  private static ResourceBundle bundle(String name, Language language) {
    return ResourceBundle.getBundle("dev.asyncwith.cli." + name, language.locale());
  }

  ResourceBundle messages() {
    return messages;
  }

  /** A text of the command. */
  String of(String key, Object... arguments) {
    return format(messages.getString(key), arguments);
  }

  /** A line of an example; arguments that are words of the narration are translated too. */
  String of(Narrator.Line line) {
    Object[] arguments =
        line.arguments().stream().map(a -> a instanceof String s ? word(s) : a).toArray();
    return format(word(line.template()), arguments);
  }

  /** The translation of what an example says; what has none, such as a host, stays as it is. */
  String word(Object said) {
    String english = said.toString();
    return narration.containsKey(english) ? narration.getString(english) : english;
  }

  private String format(String template, Object... arguments) {
    return new MessageFormat(template, language.locale()).format(arguments);
  }
}
