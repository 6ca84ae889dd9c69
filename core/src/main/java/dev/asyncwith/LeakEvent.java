package dev.asyncwith;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** Something that stays open although it should not. */
@Name("dev.asyncwith.Leak")
@Label("Leak")
@Category("AsyncWith")
@Description("Something stays open although it should not, or has come back after all")
@StackTrace(false)
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class LeakEvent extends Event {
  @Label("Name")
  private String name = "";

  @Label("Trigger")
  @Description("How it was noticed: by the end of a run or scope, its hold time, or as garbage")
  private String trigger = "";

  @Label("Age")
  @Timespan(Timespan.NANOSECONDS)
  private long age;

  @Label("Opened By")
  private @Nullable Thread openedBy;

  @Label("Opened At")
  @Description("The line that opened it; kept by -Dasyncwith.tracking=stacks")
  private @Nullable String openedAt;

  private LeakEvent() {}

  static void emit(Leak leak) {
    var event = new LeakEvent();
    if (event.shouldCommit()) {
      event.name = leak.scope().name();
      event.trigger = leak.trigger().name();
      event.age = leak.scope().age().toNanos();
      event.openedBy = leak.scope().thread();
      StackTraceElement line = leak.scope().line();
      event.openedAt = line == null ? null : line.toString();
      event.commit();
    }
  }
}
