package dev.asyncwith.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;

/** {@code asyncwith}. */
@Command(
    name = "asyncwith",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    Language language = Language.of(arguments, Locale.getDefault(Locale.Category.DISPLAY));
    Charset charset = language.writable(System.out.charset());
    boolean terminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    boolean colour = Screen.wantsColour(terminal, System.getenv());
    var out = new PrintWriter(System.out, true, charset);
    var err = new PrintWriter(System.err, true, charset);
    boolean unicode = charset.newEncoder().canEncode('✓');
    System.exit(commandLine(language, new Screen(out, colour, unicode), err).execute(arguments));
  }

  /** The command, in a language, writing where it is told to. */
  static CommandLine commandLine(Language language, Screen screen, PrintWriter err) {
    var texts = new Texts(language);
    return new CommandLine(new Main())
        .addSubcommand(new TourCommand(screen, texts))
        .setResourceBundle(texts.messages())
        .setColorScheme(Help.defaultColorScheme(screen.colour() ? Ansi.ON : Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(false)
        .setOut(screen.out())
        .setErr(err);
  }

  /** The version that the build wrote down. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      try (InputStream file = Main.class.getResourceAsStream("version.properties")) {
        var properties = new Properties();
        properties.load(Objects.requireNonNull(file, "version.properties is not packed"));
        return new String[] {"asyncwith " + properties.getProperty("version")};
      }
    }
  }
}
