package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The state word of rule C3 under a model checker: a thread enters and leaves scopes while others
 * cancel and interrupt. After the leave no flag of ours is set, no interrupt by somebody else is
 * lost (C8), and nobody waits for ever, which the checker reports by itself.
 *
 * <p>The build runs some of the models, the profile {@code storm} all of them, with more schedules.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class CancelScopeModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 150);

  private static void check(Supplier<ModelThread> model) {
    assertHolds(INVOCATIONS, model, ModelThread::run);
  }

  /** A model in which one thread runs {@code body} in one scope, and another one cancels it. */
  private interface InScope {
    void run(ModelThread thread, CancelScope scope) throws InterruptedException;
  }

  private static ModelThread oneScope(InScope body) {
    CancelScope scope = CancelScope.create();
    var self = new ModelThread[1];
    self[0] = new ModelThread(() -> self[0].in(scope, () -> body.run(self[0], scope)));
    return self[0].withCancelOf(scope);
  }

  private static void checkpoint(ModelThread thread) throws InterruptedException {
    thread.context.check(thread.context.mask(), "at", "a checkpoint");
  }

  @Test
  @Tag("long")
  void aBodyThatDoesNotWait() {
    check(() -> oneScope((_, _) -> {}));
  }

  @Test
  void aBodyThatDoesNotWaitAndAForeignInterrupt() {
    check(() -> oneScope((_, _) -> {}).withForeignInterrupt());
  }

  @Test
  @Tag("long")
  void aCheckpointAndAForeignInterrupt() {
    check(() -> oneScope((thread, _) -> checkpoint(thread)).withForeignInterrupt());
  }

  @Test
  @Tag("long")
  void aCallOfTheJdkAndAForeignInterrupt() {
    check(() -> oneScope((thread, _) -> thread.throwIfInterrupted()).withForeignInterrupt());
  }

  @Test
  @Tag("long")
  void aWaitThatOnlyTheCancelEnds() {
    check(
        () ->
            oneScope(
                (thread, _) -> thread.context.await(new Waiter(), 0, "waiting for", "nothing")));
  }

  @Test
  void aWaitThatEndsAndThenOneOfTheJdk() {
    check(CancelScopeModelTest::waitsThenSleeps);
  }

  private static ModelThread waitsThenSleeps() {
    var waiters = new java.util.concurrent.atomic.AtomicReference<Waiter>();
    ModelThread model =
        oneScope(
            (thread, _) -> {
              var waiter = new Waiter();
              waiters.set(waiter);
              thread.context.await(waiter, 0, "waiting for", "a grant");
              thread.sleepForEver();
            });
    return model.with(
        () -> {
          Waiter waiter = waiters.get();
          if (waiter != null) {
            waiter.wake();
          }
        });
  }

  @Test
  @Tag("long")
  void anExitThatTheCancelDoesNotReach() {
    check(
        () ->
            oneScope(
                (thread, _) -> {
                  thread.withExit(() -> {}, () -> {});
                  thread.sleepForEver();
                }));
  }

  @Test
  void anExitAndAForeignInterrupt() {
    check(
        () ->
            oneScope((thread, _) -> thread.withExit(thread::throwIfInterrupted, () -> {}))
                .withForeignInterrupt());
  }

  @Test
  @Tag("long")
  void aShieldedScopeInside() {
    check(
        () ->
            oneScope(
                (thread, _) -> {
                  var _ = thread.in(CancelScope.create().shielded(), () -> {});
                  thread.sleepForEver();
                }));
  }

  /** Two scopes, both cancelled, by a thread each. */
  private static ModelThread nested(ModelThread.Body[] body, boolean exitBetween) {
    CancelScope outer = CancelScope.create();
    CancelScope inner = CancelScope.create();
    var self = new ModelThread[1];
    ModelThread.Body inside = () -> self[0].in(inner, () -> body[0].run());
    self[0] =
        new ModelThread(
            () ->
                self[0].in(outer, exitBetween ? () -> self[0].withExit(inside, () -> {}) : inside));
    return self[0].withCancelOf(inner).withCancelOf(outer);
  }

  private static ModelThread nestedThatSleeps(boolean exitBetween) {
    var body = new ModelThread.Body[1];
    ModelThread model = nested(body, exitBetween);
    body[0] = model::sleepForEver;
    return model;
  }

  @Test
  @Tag("long")
  void twoScopesThatDoNotWait() {
    check(() -> nested(new ModelThread.Body[] {() -> {}}, false));
  }

  @Test
  @Tag("long")
  void twoScopesAroundASleep() {
    check(() -> nestedThatSleeps(false));
  }

  @Test
  void twoScopesAroundASleepWithAnExitBetween() {
    check(() -> nestedThatSleeps(true));
  }

  @Test
  @Tag("long")
  void twoScopesWithASleepInEach() {
    check(
        () -> {
          CancelScope outer = CancelScope.create();
          CancelScope inner = CancelScope.create();
          var self = new ModelThread[1];
          self[0] =
              new ModelThread(
                  () ->
                      self[0].in(
                          outer,
                          () -> {
                            var _ = self[0].in(inner, self[0]::sleepForEver);
                            self[0].sleepForEver();
                          }));
          return self[0].withCancelOf(inner).withCancelOf(outer);
        });
  }

  @Test
  void aLeaveAndASender() {
    check(() -> leaveAgainstSender(false));
  }

  /** The planted bug: a leave that does not bump the version. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds(
        "an interrupt of ours is left",
        INVOCATIONS,
        () -> leaveAgainstSender(true),
        ModelThread::run);
  }

  @Test
  void aLeaveOfAnInterruptedThreadAndASender() {
    check(() -> leaveAgainstSender(false).interrupted());
  }

  /** The planted bug: who waits for the sender takes the flag, to be able to, and keeps it. */
  @Test
  void theModelFindsALostInterrupt() {
    assertFinds(
        "a foreign interrupt is lost",
        INVOCATIONS,
        () -> leaveAgainstSender(false).interrupted().keepingWhatItTakes(),
        ModelThread::run);
  }

  private static ModelThread leaveAgainstSender(boolean withoutNewVersion) {
    CancelScope scope = CancelScope.create();
    var self = new ModelThread[1];
    self[0] =
        new ModelThread(
            () -> {
              long before = (long) WORD.getVolatile(self[0].context);
              boolean _ = self[0].context.pop(scope, null);
              long after = (long) WORD.getVolatile(self[0].context);
              if (withoutNewVersion && (before & LOW) == (after & LOW)) {
                WORD.setVolatile(self[0].context, before);
              }
            });
    return self[0].inCancelled(scope);
  }

  private static final long LOW = (1L << 24) - 1;
  private static final VarHandle WORD;

  static {
    try {
      WORD =
          MethodHandles.privateLookupIn(ThreadContext.class, MethodHandles.lookup())
              .findVarHandle(ThreadContext.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
