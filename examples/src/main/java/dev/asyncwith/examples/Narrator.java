package dev.asyncwith.examples;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncGuard;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.Outcome;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * To whom an example tells what it does. Alone, an example prints; in the tour its lines get times,
 * a language and a tally of what is open; in a test they are compared.
 *
 * <p>The templates are English and in the form of {@link MessageFormat}; a translation takes them
 * as its keys. Implementations are safe for use by several threads: tasks and generators tell too.
 */
@FunctionalInterface
public interface Narrator {

  /** What a line reports. */
  enum Kind {
    /** Something happened. */
    SAID,
    /** Something is open from now on. */
    OPENED,
    /** Something is closed again. */
    CLOSED
  }

  /**
   * One line.
   *
   * @param kind what it reports
   * @param template the English text, {@code {0}} and so on standing for the arguments
   * @param arguments the arguments; of an opened or closed thing the first is its name
   */
  record Line(Kind kind, String template, List<Object> arguments) {
    /** The line in English. */
    public String text() {
      return new MessageFormat(template, Locale.ROOT).format(arguments.toArray());
    }
  }

  /** Takes a line. */
  void tell(Line line);

  /** Prints the lines, and waits as long as the example asks for. */
  static Narrator console() {
    return line -> IO.println(line.text());
  }

  /** Tells that something happened. */
  default void say(String template, Object... arguments) {
    tell(new Line(Kind.SAID, template, List.of(arguments)));
  }

  /** Tells that {@code thing} is open from now on. */
  default void opened(String template, String thing, Object... more) {
    tell(new Line(Kind.OPENED, template, argumentsOf(thing, more)));
  }

  /** Tells that {@code thing} is closed. */
  default void closed(String template, String thing, Object... more) {
    tell(new Line(Kind.CLOSED, template, argumentsOf(thing, more)));
  }

  private static List<Object> argumentsOf(String thing, Object... more) {
    var arguments = new ArrayList<Object>();
    arguments.add(thing);
    arguments.addAll(List.of(more));
    return List.copyOf(arguments);
  }

  /** Stands for a wait for something far away. */
  default void pause(int millis) throws InterruptedException {
    AsyncWith.sleep(Duration.ofMillis(millis));
  }

  /** Stands for the work of a body: where the tour and the tests let the body fail. */
  default void work(int millis) throws InterruptedException {
    pause(millis);
  }

  /** Stands for the work of a body that comes to an answer; see {@link #work(int)}. */
  default <T> T work(int millis, T answer) throws InterruptedException {
    work(millis);
    return answer;
  }

  /** Tells when {@code manager} has entered and when it has exited. */
  default <T extends @Nullable Object, X extends Throwable> AsyncContextManager<T, X> watch(
      String name, AsyncContextManager<T, X> manager) {
    return new AsyncContextManager<>() {
      @Override
      public T enter() throws X, InterruptedException {
        T value = manager.enter();
        opened("{0} opened", name);
        return value;
      }

      @Override
      public boolean exit(Outcome outcome) throws X, InterruptedException {
        try {
          return manager.exit(outcome);
        } finally {
          closed("{0} closed", name);
        }
      }

      @Override
      public String describe() {
        return manager.describe();
      }
    };
  }

  /** A guard that tells when its block begins and when it ends. */
  default AsyncGuard<RuntimeException> during(String begin, String end, String thing) {
    return AsyncWith.asyncGuard(
        body -> {
          opened(begin, thing);
          try {
            body.yield();
          } finally {
            closed(end, thing);
          }
        });
  }
}
