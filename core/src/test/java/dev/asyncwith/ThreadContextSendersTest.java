package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When senders arrive: late, in an exit, in a wait, together, and while the owner looks. */
@Timeout(60)
class ThreadContextSendersTest {
  private final FakeThread thread = new FakeThread();
  private final CancelScope scope = thread.enter();

  private void assertNothingIsLeft() {
    assertThat(thread.state()).isEqualTo("RUNNING");
    assertThat(thread.context.innermost()).isNull();
    assertThat(thread.context.mask()).isZero();
  }

  // ---- late

  @Test
  void afterTheLeave() {
    scope.cancel();
    assertThat(thread.leave(scope, null)).isFalse();
    thread.send();
    assertThat(thread.interrupts).isZero();
    assertNothingIsLeft();
  }

  @Test
  void afterTheLeaveOfAScopeInside() {
    CancelScope inner = thread.enter();
    inner.cancel();
    assertThat(thread.leave(inner, null)).isFalse();
    thread.send();
    assertThat(thread.interrupts).isZero();
    assertThat(thread.leave(scope, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void afterAnExitBegan() {
    scope.cancel();
    long begun = thread.context.beginExit(null);
    thread.send();
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.context.endExit(begun);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(scope, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void afterAShieldBegan() {
    scope.cancel();
    CancelScope shield = thread.enter(CancelScope.create().shielded());
    thread.send();
    assertThat(thread.state()).isEqualTo("RUNNING");
    assertThat(thread.leave(shield, null)).isFalse();
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  @Test
  void twiceForOneCancel() {
    thread.cancel(scope);
    thread.context.send(scope);
    assertThat(thread.jdkCall()).isNotNull();
    thread.context.send(scope);
    assertThat(thread.interrupts).isOne();
    assertThat(thread.state()).isEqualTo("DELIVERED");
  }

  @Test
  void afterTheOwnerToldItself() {
    CancelScope late = CancelScope.create();
    late.cancel();
    var _ = thread.enter(late);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    thread.context.send(late);
    assertThat(thread.interrupts).isOne();
    assertThat(thread.leave(late, thread.jdkCall())).isTrue();
    assertThat(thread.leave(scope, null)).isFalse();
    assertNothingIsLeft();
  }

  // ---- while it waits

  @Test
  void whileItWaits() {
    thread.whileParked.add(() -> thread.cancel(scope));
    assertThat(thread.await(new Waiter())).hasMessageContaining("cancelled while waiting for");
    assertThat(thread.interrupts).isZero();
    assertThat(thread.unparks).isPositive();
    assertThat(thread.state()).isEqualTo("SEEN");
  }

  @Test
  void aSenderThatStartedBeforeTheWait() {
    thread.whileParked.add(
        () -> {
          scope.cancel();
          thread.context.send(scope);
        });
    assertThat(thread.await(new Waiter())).hasMessageContaining("cancelled while waiting for");
    assertThat(thread.interrupts).isZero();
  }

  /** The canceller only unparks a thread that waits, so who goes on has to look. */
  @Test
  void aWaitThatEndsOtherwiseTellsItselfOfTheCancel() {
    var waiter = new Waiter();
    thread.whileParked.add(
        () -> {
          thread.cancel(scope);
          waiter.grant();
        });
    assertThat(thread.await(waiter)).isNull();
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  @Test
  void aForeignInterruptEndsAWait() {
    thread.whileParked.add(() -> thread.flag = true);
    assertThat(thread.await(new Waiter())).hasMessageContaining("interrupted while waiting for");
    assertThat(thread.state()).isEqualTo("RUNNING");
  }

  @Test
  void aParkThatReturnsForNoReasonIsRepeated() {
    var waiter = new Waiter();
    thread.whileParked.add(() -> {});
    thread.whileParked.add(waiter::grant);
    assertThat(thread.await(waiter)).isNull();
    assertThat(thread.whileParked).isEmpty();
  }

  // ---- while the owner looks

  @Test
  void aForeignInterruptThatACheckHasTakenIsNotLostToACancel() {
    thread.flag = true;
    thread.afterClear = () -> thread.cancel(scope);
    InterruptedException thrown = thread.check();
    assertThat(thrown).hasMessageContaining("interrupted while at");
    assertThat(thread.leave(scope, thrown)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aCancelAroundAScopeThatIsBeingLeftIsTold() {
    CancelScope inner = thread.enter();
    thread.cancel(inner);
    thread.afterClear = () -> thread.cancel(scope);
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(scope, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aCancelWhileAnExitBeginsIsToldAfterIt() {
    CancelScope inner = thread.enter();
    thread.cancel(inner);
    thread.afterClear = () -> thread.cancel(scope);
    long begun = thread.context.beginExit(null);
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.context.endExit(begun);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  // ---- while a sender is at work

  private enum Met {
    CHECK("SEEN"),
    AWAIT("SEEN"),
    LEAVE("RUNNING"),
    PLAIN("DELIVERED+flag"),
    SHIELDED("DELIVERED+flag"),
    COOPERATIVE("DELIVERED+flag"),
    EXIT("DELIVERED+flag"),
    GIVE_BACK("SEEN+flag");

    private final String after;

    Met(String after) {
      this.after = after;
    }
  }

  @ParameterizedTest
  @EnumSource
  void cancellingMetBy(Met met) throws InterruptedException {
    var inInterrupt = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    thread.onInterrupt =
        () -> {
          inInterrupt.countDown();
          awaitQuietly(release);
        };
    scope.cancel();
    Thread sender = Thread.ofPlatform().start(thread.senders.removeFirst());
    inInterrupt.await();
    assertThat(thread.state()).isEqualTo("CANCELLING");
    thread.whileParked.add(
        () -> {
          release.countDown();
          awaitEnd(sender);
        });
    meet(met);
    assertThat(thread.context.metSenders()).isOne();
    assertThat(thread.whileParked).isEmpty();
    assertThat(thread.state()).isEqualTo(met.after);
  }

  private void meet(Met met) {
    switch (met) {
      case CHECK -> assertThat(thread.check()).isNotNull();
      case AWAIT -> assertThat(thread.await(new Waiter())).isNotNull();
      case LEAVE -> assertThat(thread.leave(scope, null)).isFalse();
      case PLAIN -> assertThat(thread.leave(thread.enter(), null)).isFalse();
      case SHIELDED -> leaveAfterEnter(CancelScope.create().shielded());
      case COOPERATIVE -> leaveAfterEnter(CancelScope.create().cooperative());
      case EXIT -> thread.context.endExit(thread.context.beginExit(null));
      case GIVE_BACK -> thread.context.giveBack(new InterruptedException());
    }
  }

  private void leaveAfterEnter(CancelScope inside) {
    assertThat(thread.leave(thread.enter(inside), null)).isFalse();
  }

  /** With the flag set a park returns at once, and the owner must not spin. */
  @Test
  void aForeignInterruptOfAnOwnerThatWaitsForASenderIsKept() throws InterruptedException {
    var inInterrupt = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    thread.onInterrupt =
        () -> {
          inInterrupt.countDown();
          awaitQuietly(release);
        };
    scope.cancel();
    Thread sender = Thread.ofPlatform().start(thread.senders.removeFirst());
    inInterrupt.await();
    thread.onInterrupt = () -> {};
    thread.whileParked.add(() -> thread.flag = true);
    thread.whileParked.add(
        () -> {
          assertThat(thread.flag).isFalse();
          release.countDown();
          awaitEnd(sender);
        });
    CancelScope inner = thread.enter();
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  /** Thread.interrupt closes the channel that the thread is in, which may fail. */
  @Test
  void anInterruptThatThrowsDoesNotLeaveTheOwnerWaiting() {
    thread.onInterrupt =
        () -> {
          throw new IllegalStateException("the channel did not close");
        };
    assertThatThrownBy(() -> thread.cancel(scope)).hasMessage("the channel did not close");
    assertThat(thread.state()).isEqualTo("DELIVERED");
    assertThat(thread.unparks).isOne();
    assertThat(thread.leave(scope, null)).isFalse();
    assertNothingIsLeft();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitEnd(Thread sender) {
    try {
      sender.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
