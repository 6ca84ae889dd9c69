package dev.asyncwith;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** A wait for a permit of a lock, a semaphore or a limiter. */
@Name("dev.asyncwith.LockWait")
@Label("Lock Wait")
@Category("AsyncWith")
@Description("A thread waited for a lock, or for a permit of a semaphore or limiter")
@Threshold("10 ms")
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class LockWaitEvent extends Event implements FlightEvents.Span {
  @Label("Lock")
  @Description("What was waited for, as it was at the end of the wait")
  private String lock = "";

  @Label("Acquired")
  @Description("Whether the wait ended with a permit, and not by a cancellation or a time")
  private boolean acquired;

  LockWaitEvent() {
    begin();
  }

  @Override
  public void endWait(Object what, boolean withPermit) {
    end();
    if (shouldCommit()) {
      lock = Names.describe(what);
      acquired = withPermit;
      commit();
    }
  }
}
