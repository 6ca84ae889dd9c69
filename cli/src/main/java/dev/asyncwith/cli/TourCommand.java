package dev.asyncwith.cli;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.With0;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code asyncwith tour}. */
@Command(name = "tour", mixinStandardHelpOptions = true)
final class TourCommand implements Callable<Integer> {
  /** What a process that ends by Ctrl-C returns: 128 and the number of the signal. */
  static final int INTERRUPTED = 130;

  private final Screen screen;
  private final Texts texts;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--only", paramLabel = "NAME", split = ",")
  private List<String> only = new ArrayList<>();

  @Option(names = "--code")
  private boolean code;

  @Option(names = "--lang", paramLabel = "LANGUAGE")
  @SuppressWarnings("UnusedVariable") // checked here; looked up before, see Language.of
  private Language language = Language.en;

  @Option(names = "--url", paramLabel = "URL")
  private @Nullable URI url;

  @Option(names = "--record", paramLabel = "FILE")
  private @Nullable Path record;

  @Option(names = "--pace", paramLabel = "FACTOR", hidden = true)
  private double pace = 1;

  TourCommand(Screen screen, Texts texts) {
    this.screen = screen;
    this.texts = texts;
  }

  @Override
  public Integer call() {
    checkUrl();
    List<Section> sections = chosen(Sections.all(url));
    var tour = new Tour(sections, texts, screen, pace, code);
    return record == null ? run(tour) : run(tour, record);
  }

  private int run(Tour tour, Path file) {
    TourRecording recording = recording(file);
    int exitCode;
    boolean written;
    try {
      exitCode = run(tour);
    } finally {
      written = write(recording, file);
    }
    return exitCode == 0 && !written ? 1 : exitCode;
  }

  private static int run(Tour tour) {
    With0.Body<Boolean, RuntimeException> main = tour::run;
    try {
      return AsyncWith.run(main) ? 0 : 1;
    } catch (InterruptedException e) {
      return INTERRUPTED;
    }
  }

  private TourRecording recording(Path file) {
    try {
      return TourRecording.start(file);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), texts.of("tour.record.unusable", file, e), e);
    }
  }

  /** Ends a recording and says where it is, or why it is not there; false if it is not. */
  private boolean write(TourRecording recording, Path file) {
    try {
      recording.close();
    } catch (IOException e) {
      spec.commandLine().getErr().println(texts.of("tour.record.lost", file, e));
      return false;
    }
    screen.plain(texts.of("tour.record.made", file));
    return true;
  }

  private void checkUrl() {
    if (url != null && !isOfAPage(url)) {
      throw new ParameterException(spec.commandLine(), texts.of("tour.url.unusable", url));
    }
  }

  private static boolean isOfAPage(URI url) {
    boolean http = "http".equalsIgnoreCase(url.getScheme());
    return (http || "https".equalsIgnoreCase(url.getScheme())) && url.getHost() != null;
  }

  private List<Section> chosen(List<Section> all) {
    List<String> names = all.stream().map(Section::name).toList();
    List<String> unknown = only.stream().filter(name -> !names.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          texts.of("tour.only.unknown", String.join(", ", unknown), String.join(", ", names)));
    }
    return only.isEmpty() ? all : all.stream().filter(s -> only.contains(s.name())).toList();
  }
}
