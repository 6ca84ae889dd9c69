package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.nullContext;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.testing.Trail;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes along to another thread, and what is left on it: nothing. */
@Timeout(60)
class ContextCarrierTest {
  private static final ScopedValue<String> USER = ScopedValue.newInstance();
  private static final ScopedValue<String> TENANT = ScopedValue.newInstance();
  private static final ScopedValue<String> UNBOUND = ScopedValue.newInstance();

  private final ThreadLocal<String> local = ThreadLocal.withInitial(() -> "initial");
  private final Trail trail = new Trail();

  private String seen() {
    return "%s %s %s".formatted(USER.orElse("-"), TENANT.orElse("-"), local.get());
  }

  private void note() {
    trail.add(seen());
  }

  private ContextCarrier all() {
    return ContextCarrier.scopedValues(USER, UNBOUND, TENANT)
        .and(ContextCarrier.threadLocal(local));
  }

  /** Captures where everything is set. */
  private ContextCarrier.Captured captured(ContextCarrier carrier) {
    local.set("mine");
    var captured =
        ScopedValue.where(USER, "ada").where(TENANT, "acme").call(() -> carrier.capture());
    local.remove();
    return captured;
  }

  @Test
  void noneTakesNothingAlong() {
    captured(ContextCarrier.none()).run(this::note);
    trail.assertSteps("- - initial");
  }

  @Test
  void scopedValuesTakesThoseThatAreBound() {
    captured(ContextCarrier.scopedValues(UNBOUND, TENANT)).run(this::note);
    captured(ContextCarrier.scopedValues(UNBOUND)).run(this::note);
    captured(ContextCarrier.scopedValues(USER, TENANT)).run(this::note);
    trail.assertSteps("- acme initial", "- - initial", "ada acme initial");
  }

  @Test
  void threadLocalPutsBackWhatWasThereAlsoAfterAFailure() {
    var captured = captured(ContextCarrier.threadLocal(local));
    local.set("before");
    captured.run(this::note);
    var failure = new IllegalStateException("work");
    assertThatThrownBy(
            () ->
                captured.run(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    note();
    trail.assertSteps("- - mine", "- - before");
  }

  @Test
  void capturingCallsTheHooksAndPutsBackWhatWasThere() {
    var library = new String[] {"captured"};
    var captured =
        ContextCarrier.<String>capturing(
                () -> library[0],
                value -> {
                  library[0] = value;
                  trail.add("set " + value);
                })
            .capture();
    library[0] = "before";
    var failure = new IllegalStateException("work");
    assertThatThrownBy(
            () ->
                captured.run(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    trail.assertSteps("set captured", "set before");
  }

  @Test
  void bothGoAlongTheFirstAroundTheSecond() {
    captured(named("one").and(named("two"))).run(() -> trail.add("work"));
    trail.assertSteps("capture one", "capture two", "one", "two", "work", "end two", "end one");
  }

  private ContextCarrier named(String name) {
    return () -> {
      trail.add("capture " + name);
      return work -> {
        trail.add(name);
        work.run();
        trail.add("end " + name);
      };
    };
  }

  @Test
  void aCaptureIsUsedSeveralTimesAndByOtherThreads() throws Exception {
    var captured = captured(all());
    captured.run(this::note);
    OnThread.start(
            () -> {
              captured.run(this::note);
              note();
              return null;
            })
        .result();
    trail.assertSteps("ada acme mine", "ada acme mine", "- - initial");
  }

  @Test
  void aGroupTakesItAlongToTasksAndTheirGroups() throws Exception {
    local.set("mine");
    String inner =
        ScopedValue.where(USER, "ada")
            .call(
                () ->
                    with(TaskGroup.create().withContext(all()))
                        .call(tasks -> tasks.fork(this::seenInAGroupOfATask).get()));
    assertThat(inner).isEqualTo("ada - mine");
  }

  private String seenInAGroupOfATask() throws Exception {
    return with(TaskGroup.create()).call(tasks -> tasks.fork(this::seen).get());
  }

  @Test
  void aRunnerTakesItAlongToItsRunAndToCallAsync() throws Exception {
    local.set("mine");
    try (Runner runner = Runner.create(c -> c.withContext(all()))) {
      ScopedValue.where(USER, "ada")
          .call(
              () -> {
                runner.run(
                    () -> {
                      note();
                      var result = with(nullContext("")).callAsync(_ -> seen());
                      trail.add(result.get(60, TimeUnit.SECONDS));
                    });
                return "";
              });
    }
    trail.assertSteps("ada - mine", "ada - mine");
  }

  @Test
  void aGeneratorInAStackHasIt() throws Exception {
    local.set("mine");
    try (Runner runner = Runner.create(c -> c.withContext(all()))) {
      ScopedValue.where(USER, "ada")
          .call(
              () -> {
                runner.run(
                    () -> with(AsyncExitStack.create()).run(stack -> stack.enter(generator())));
                return "";
              });
    }
    trail.assertSteps("ada - mine", "exit ada - mine");
  }

  private AsyncContextManager<String, RuntimeException> generator() {
    return asyncContextManager(
        body -> {
          note();
          body.yield("");
          trail.add("exit " + seen());
        });
  }

  @Test
  void aTaskFailsIfItsCarrierDoes() {
    var failure = new IllegalStateException("carrier");
    var begun = new CompletableFuture<String>();
    ContextCarrier failing =
        () ->
            _ -> {
              throw failure;
            };
    assertThatThrownBy(
            () ->
                with(TaskGroup.create().withContext(failing))
                    .run(tasks -> tasks.fork(() -> begun.complete("begun"))))
        .isInstanceOfSatisfying(
            ExceptionGroup.class, group -> assertThat(group.exceptions()).containsExactly(failure));
    assertThat(begun).isNotDone();
  }
}
