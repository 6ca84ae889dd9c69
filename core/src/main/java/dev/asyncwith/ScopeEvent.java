package dev.asyncwith;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A manager of a block, from its enter to the end of its exit. */
@Name("dev.asyncwith.Scope")
@Label("Scope")
@Category("AsyncWith")
@Description("A manager was open, from its enter to the end of its exit")
@Threshold("20 ms")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class ScopeEvent extends Event implements FlightEvents.Span {
  @Label("Name")
  @Description("What the manager calls itself")
  private String name = "";

  @Label("Type")
  private @Nullable Class<?> type;

  @Label("Outcome")
  @Description("How the body ended: succeeded, failed, cancelled; or: not entered")
  private String outcome = "";

  @Label("Failure")
  @Description("What the body threw")
  private @Nullable String failure;

  ScopeEvent() {
    begin();
  }

  @Override
  public void endScope(Tracked<?, ?> scope, @Nullable Outcome how) {
    end();
    if (shouldCommit()) {
      name = scope.name();
      type = scope.type();
      outcome =
          switch (how) {
            case null -> "not entered";
            case Outcome.Succeeded() -> "succeeded";
            case Outcome.Failed(_) -> "failed";
            case Outcome.Cancelled(_) -> "cancelled";
          };
      failure = how == null ? null : FlightText.of(how.failure());
      commit();
    }
  }
}
