package dev.asyncwith;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A task, from its begin to its end. */
@Name("dev.asyncwith.Task")
@Label("Task")
@Category("AsyncWith")
@Description("A task ran, from the begin of its body to its end")
@Threshold("20 ms")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class TaskEvent extends Event implements FlightEvents.Span {
  @Label("Name")
  private String name = "";

  @Label("Started By")
  @Description("The group, or the run, that the task belongs to")
  private String owner = "";

  @Label("Outcome")
  @Description("How the task ended: succeeded, failed or cancelled")
  private String outcome = "";

  @Label("Failure")
  @Description("What the task threw")
  private @Nullable String failure;

  TaskEvent() {
    begin();
  }

  @Override
  public void endTask(Task<?> task) {
    end();
    if (shouldCommit()) {
      name = task.name();
      owner = task.owner();
      outcome = task.progress();
      failure = FlightText.of(task.thrown());
      commit();
    }
  }
}
