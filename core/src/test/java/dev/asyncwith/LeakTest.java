package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Leak.Trigger;
import dev.asyncwith.Tracking.Mode;
import dev.asyncwith.testing.ExpectLeaks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of what stays open, by each trigger. */
@Timeout(60)
class LeakTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Tracking.Mode before = Tracking.mode();
  private final ToldLeaks leaks = new ToldLeaks("leaky");

  @BeforeEach
  void track() {
    Tracking.enable(Mode.STACKS);
  }

  @AfterEach
  void untrack() {
    Tracking.holdTime(Duration.ZERO);
    leaks.close();
    Tracking.enable(before);
  }

  /** Is closed by hand, or not. */
  private static final class Value implements AutoCloseable {
    final Tracking.Opened tracked = Tracking.opened(this, "leaky value");

    @Override
    public void close() {
      tracked.close();
    }
  }

  @Test
  @ExpectLeaks("it is about leaks")
  void whatARunLeavesOpenIsToldAtItsEnd() throws Exception {
    List<Value> kept = new ArrayList<>();
    Runner.create(c -> c.withName("careless"))
        .run(
            () -> {
              new Value().close();
              kept.add(new Value());
            });
    assertThat(leaks.all()).hasSize(1);
    Leak leak = leaks.all().getFirst();
    assertThat(leak.trigger()).isEqualTo(Trigger.END_OF_RUN);
    assertThat(leak.message())
        .matches(
            "leaky value, opened by careless main [0-9.]+ m?s ago"
                + " at dev\\.asyncwith\\.LeakTest.*LeakTest\\.java:\\d+\\),"
                + " is still open at the end of a run of Runner 'careless': who was to close it\\?")
        .isEqualTo(leak.toString());
    var record = leaks.log().with("leaky value").getFirst();
    assertThat(record.getLevel()).isEqualTo(Level.WARNING);
    assertThat(record.getThrown()).isSameAs(leak.scope().openedHere());
    kept.getFirst().close();
    assertThat(Scopes.open()).noneMatch(scope -> scope.name().equals("leaky value"));
  }

  @Test
  void whatARunReturnsIsItsCallers() throws Exception {
    Value returned = Runner.create().run(Value::new);
    assertThat(leaks.all()).isEmpty();
    assertThat(Scopes.open()).anyMatch(scope -> scope.name().equals("leaky value"));
    returned.close();
  }

  @Test
  void whatWasOpenedOutsideOfTheRunIsNotItsLeak() throws Exception {
    var outside = new Value();
    Runner.create().run(() -> {});
    assertThat(leaks.all()).isEmpty();
    outside.close();
  }

  @Test
  @ExpectLeaks("it is about leaks")
  void aScopeThatABlockForgotIsToldWithThePlaceWhereItWasEntered() throws Exception {
    try (var ofScope = new ToldLeaks("CancelScope")) {
      assertThatThrownBy(() -> with(CancelScope.create()).run(() -> CancelScope.create().enter()))
          .isInstanceOf(IllegalStateException.class);
      Leak leak = ofScope.all().getFirst();
      assertThat(leak.trigger()).isEqualTo(Trigger.END_OF_SCOPE);
      assertThat(leak.message())
          .contains("LeakTest.java:", "is still open at the end of CancelScope@", "forgotten?");
      assertThat(leak.scope().openedHere().getStackTrace()).isNotEmpty();
    }
  }

  @Test
  @ExpectLeaks("it is about leaks")
  void withoutStacksTheMessageSaysHowToGetThePlace() throws Exception {
    Tracking.enable(Mode.COUNTS);
    try (var ofScope = new ToldLeaks("CancelScope")) {
      assertThatThrownBy(() -> with(CancelScope.create()).run(() -> CancelScope.create().enter()))
          .isInstanceOf(IllegalStateException.class);
      assertThat(ofScope.all().getFirst().message()).contains("track with Mode.STACKS");
      assertThat(ofScope.all().getFirst().scope().openedHere()).isNull();
    }
  }

  @Test
  void aScopeThatWasEnteredBeforeTrackingIsNotTold() throws Exception {
    try (var ofScope = new ToldLeaks("CancelScope")) {
      Tracking.enable(Mode.OFF);
      assertThatThrownBy(
              () ->
                  with(CancelScope.create())
                      .run(
                          () -> {
                            CancelScope.create().enter();
                            Tracking.enable(Mode.STACKS);
                          }))
          .isInstanceOf(IllegalStateException.class);
      assertThat(ofScope.all()).isEmpty();
    }
  }

  @Test
  @ExpectLeaks("it is about leaks")
  void whatIsDroppedIsToldWhenItIsGarbage() throws Exception {
    drop();
    while (leaks.isEmpty()) {
      System.gc();
      Thread.onSpinWait();
    }
    Leak leak = leaks.await(1);
    assertThat(leak.trigger()).isEqualTo(Trigger.GARBAGE);
    assertThat(leak.message()).contains("LeakTest.drop", "was dropped", "forgotten?");
    assertThat(Scopes.open()).noneMatch(scope -> scope.name().equals("leaky value"));
  }

  private static void drop() {
    Value _ = new Value();
  }

  private static HoldTimes heldFor30s() {
    return new HoldTimes(LIMIT, HoldTimes.RESOURCES);
  }

  private static long afterLimit() {
    return System.nanoTime() + LIMIT.toNanos();
  }

  @Test
  void whatIsHeldTooLongIsToldOnceAndOnceMoreWhenItIsReturned() {
    var value = new Value();
    HoldTimes times = heldFor30s();
    times.look(System.nanoTime());
    assertThat(leaks.all()).isEmpty();
    times.look(afterLimit());
    times.look(afterLimit());
    assertThat(leaks.all()).extracting(Leak::trigger).containsExactly(Trigger.HOLD_TIME);
    assertThat(leaks.all().getFirst().message())
        .contains("is held for longer than PT30S", "stuck?");
    value.close();
    assertThat(leaks.all())
        .extracting(Leak::trigger)
        .containsExactly(Trigger.HOLD_TIME, Trigger.RETURNED);
    assertThat(leaks.log().with("was returned after all").getFirst().getLevel())
        .isEqualTo(Level.INFO);
  }

  @Test
  void aManagerInABlockAndAnEntryOfAStackAreToldAsWell() throws Exception {
    var manager =
        AsyncWith.resource("leaky manager", () -> (AutoCloseable) () -> {}, AutoCloseable::close);
    with(manager).run(_ -> heldFor30s().look(afterLimit()));
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(manager);
              heldFor30s().look(afterLimit());
            });
    assertThat(leaks.all())
        .extracting(Leak::trigger)
        .containsExactly(Trigger.HOLD_TIME, Trigger.RETURNED, Trigger.HOLD_TIME, Trigger.RETURNED);
  }

  @Test
  void theStructureOfAProgramIsNotToldAsHeldTooLong() throws Exception {
    try (var all = new ToldLeaks("")) {
      with(CancelScope.create())
          .run(
              () ->
                  with(AsyncWith.timeout(Duration.ofHours(1)))
                      .and(TaskGroup.create())
                      .and(AsyncExitStack.create())
                      .run((tasks, _) -> tasks.fork(() -> heldFor30s().look(afterLimit())).get()));
      assertThat(all.all().stream().map(leak -> leak.scope().type().getName()).toList())
          .doesNotContainAnyElementsOf(
              Stream.of(
                      CancelScope.class,
                      dev.asyncwith.Timeout.class,
                      TaskGroup.class,
                      AsyncExitStack.class,
                      Task.class)
                  .map(Class::getName)
                  .toList());
    }
  }

  @Test
  void itIsWatchedByAThreadWhileThereIsALimit() throws Exception {
    Tracking.holdTime(Duration.ofNanos(1), scope -> scope.name().startsWith("leaky"));
    var value = new Value();
    assertThat(leaks.await(1).trigger()).isEqualTo(Trigger.HOLD_TIME);
    value.close();
    assertThat(leaks.await(2).trigger()).isEqualTo(Trigger.RETURNED);
  }

  @Test
  void aNewLimitTakesThePlaceOfTheOldOne() throws Exception {
    var asked = new CountDownLatch(1);
    Tracking.holdTime(
        Duration.ofNanos(1),
        _ -> {
          asked.countDown();
          return false;
        });
    var value = new Value();
    asked.await();
    Tracking.holdTime(Duration.ofDays(1));
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("asyncwith-hold-times")) {
        thread.interrupt(); // that of the old limit ends, if it has not yet
        thread.join();
      }
    }
    value.close();
    assertThat(leaks.all()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tracking.holdTime(Duration.ofSeconds(-1)))
        .withMessageContaining("PT-1S");
  }

  @Test
  void aChoiceThatFailsIsLoggedAndTheRestIsLookedAt() {
    var value = new Value();
    new HoldTimes(
            LIMIT,
            _ -> {
              throw new IllegalStateException("cannot choose");
            })
        .look(afterLimit());
    assertThat(leaks.log().with("failed at leaky value").getFirst().getThrown())
        .hasMessage("cannot choose");
    value.close();
  }

  @Test
  void aListenerThatFailsIsLoggedAndTheOthersAreTold() {
    Runnable remove =
        Tracking.onLeak(
            _ -> {
              throw new IllegalStateException("listener");
            });
    try (var after = new ToldLeaks("leaky")) {
      var value = new Value();
      heldFor30s().look(afterLimit());
      value.close();
      assertThat(after.all()).hasSize(2);
    } finally {
      remove.run();
    }
    assertThat(leaks.log().with("a listener of leaks failed")).hasSize(2);
  }

  @Test
  void aListenerThatWasTakenAwayIsNotTold() {
    List<Leak> told = new ArrayList<>();
    Runnable remove = Tracking.onLeak(told::add);
    remove.run();
    var value = new Value();
    heldFor30s().look(afterLimit());
    value.close();
    assertThat(told).isEmpty();
  }
}
