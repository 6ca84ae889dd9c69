package dev.asyncwith;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** An exit that has used up its time. */
@Name("dev.asyncwith.ExitOverrun")
@Label("Exit Overrun")
@Category("AsyncWith")
@Description("An exit has taken longer than exitWithin, or the runner's budget, allows")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class ExitOverrunEvent extends Event {
  @Label("Exit")
  @Description("What is exited")
  private String exit = "";

  @Label("Budget")
  @Timespan(Timespan.NANOSECONDS)
  private long budget;

  @Label("Passed")
  @Description("How long the exit had taken by then")
  @Timespan(Timespan.NANOSECONDS)
  private long passed;

  @Label("Measure")
  @Description("What was done: interrupted, stuck (waited for on) or abandoned")
  private String measure = "";

  private ExitOverrunEvent() {}

  static void emit(String exit, Duration budget, Duration passed, String measure) {
    var event = new ExitOverrunEvent();
    if (event.shouldCommit()) {
      event.exit = exit;
      event.budget = Nanos.of(budget);
      event.passed = Nanos.of(passed);
      event.measure = measure;
      event.commit();
    }
  }
}
