package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose interrupt it was: nested scopes, exits among them, shields and cooperative regions. */
@Timeout(60)
class ThreadContextScopesTest {
  private final FakeThread thread = new FakeThread();
  private final CancelScope outer = thread.enter();
  private final CancelScope inner = thread.enter();

  private void assertNothingIsLeft() {
    assertThat(thread.state()).isEqualTo("RUNNING");
    assertThat(thread.context.innermost()).isNull();
    assertThat(thread.context.mask()).isZero();
  }

  // ---- foreign interrupts (C8)

  @Test
  void aForeignFlagBeforeOursStaysAndItsExceptionIsNotOurs() {
    thread.flag = true;
    thread.cancel(inner);
    assertThat(thread.interrupts).isZero();
    InterruptedException thrown = thread.jdkCall();
    assertThat(thrown).isNotNull();
    assertThat(thread.leave(inner, thrown)).isFalse();
    assertThat(thread.leave(outer, thrown)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aForeignFlagBeforeOursThatNobodySawStays() {
    thread.flag = true;
    thread.cancel(inner);
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.state()).isEqualTo("RUNNING+flag");
  }

  @Test
  void aForeignFlagAfterOursWasThrownStays() {
    thread.cancel(inner);
    InterruptedException ours = thread.jdkCall();
    thread.flag = true;
    assertThat(thread.leave(inner, ours)).isTrue();
    assertThat(thread.state()).isEqualTo("RUNNING+flag");
  }

  @Test
  void aForeignFlagIsSeenFirstAndTheCancelByTheNextCall() {
    thread.flag = true;
    thread.cancel(inner);
    assertThat(thread.check()).hasMessageContaining("interrupted");
    InterruptedException ours = thread.check();
    assertThat(ours).hasMessageContaining("cancelled");
    assertThat(thread.leave(inner, ours)).isTrue();
  }

  @Test
  void aBodyThatSwallowsOursLeavesTheScopeCancelled() {
    thread.cancel(inner);
    assertThat(thread.jdkCall()).isNotNull();
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(inner.isCancelled()).isTrue();
    assertThat(inner.caught()).isFalse();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  // ---- two scopes

  @Test
  void innerThenOuterTheOuterCatches() {
    thread.cancel(inner);
    thread.cancel(outer);
    assertThat(thread.interrupts).isOne();
    InterruptedException thrown = thread.jdkCall();
    assertThat(thread.leave(inner, thrown)).isFalse();
    assertThat(thread.leave(outer, thrown)).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void outerThenInnerTheOuterCatches() {
    thread.cancel(outer);
    thread.cancel(inner);
    assertThat(thread.interrupts).isOne();
    InterruptedException thrown = thread.jdkCall();
    assertThat(thread.leave(inner, thrown)).isFalse();
    assertThat(thread.leave(outer, thrown)).isTrue();
    assertNothingIsLeft();
  }

  /** The outer one has sent nothing yet, but the inner one's exception passes for its cancel. */
  @Test
  void anOuterScopeWhoseSenderIsLateCatchesTheExceptionOfTheInnerOne() {
    thread.cancel(inner);
    InterruptedException thrown = thread.jdkCall();
    outer.cancel();
    assertThat(thread.leave(inner, thrown)).isFalse();
    assertThat(thread.leave(outer, thrown)).isTrue();
    thread.send();
    assertThat(thread.interrupts).isOne();
    assertNothingIsLeft();
  }

  @Test
  void anOuterScopeCancelledAfterTheInnerOneEndedIsToldAnew() {
    thread.cancel(inner);
    assertThat(thread.leave(inner, thread.jdkCall())).isTrue();
    thread.cancel(outer);
    assertThat(thread.interrupts).isEqualTo(2);
    assertThat(thread.leave(outer, thread.jdkCall())).isTrue();
    assertNothingIsLeft();
  }

  // ---- exits

  @Test
  void aScopeThatIsLeftInAnExitWhichBeganInItsBodyCatches() {
    thread.cancel(inner);
    InterruptedException thrown = thread.jdkCall();
    long begun = thread.context.beginExit(thrown);
    assertThat(thread.leave(inner, thrown)).isTrue();
    thread.context.endExit(begun);
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void whatTheExitHidIsSentAgainAfterAScopeWasLeftInIt() {
    thread.cancel(outer);
    long begun = thread.context.beginExit(null);
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.context.endExit(begun);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(outer, thread.jdkCall())).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void aShieldedScopeThatIsLeftInAnExitKeepsWhatWasSeenBefore() {
    thread.cancel(inner);
    InterruptedException thrown = thread.check();
    CancelScope shield = thread.enter(CancelScope.create().shielded());
    long begun = thread.context.beginExit(null);
    assertThat(thread.leave(shield, null)).isFalse();
    thread.context.endExit(begun);
    assertThat(thread.state()).isEqualTo("SEEN");
    assertThat(thread.leave(inner, thrown)).isTrue();
  }

  @Test
  void aScopeThatAnExitEntersIsReachedInItAndAfterIt() {
    long begun = thread.context.beginExit(null);
    CancelScope opened = thread.enter();
    thread.cancel(outer);
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.cancel(opened);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    thread.context.endExit(begun);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(opened, null)).isFalse();
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aScopeThatAnExitEntersAndLeavesIsReached() {
    thread.cancel(outer);
    long begun = thread.context.beginExit(null);
    CancelScope opened = thread.enter();
    assertThat(thread.check()).isNull();
    thread.cancel(opened);
    assertThat(thread.leave(opened, thread.check())).isTrue();
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.context.endExit(begun);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  @Test
  void anExitInAnExit() {
    thread.cancel(inner);
    long first = thread.context.beginExit(null);
    CancelScope opened = thread.enter();
    thread.cancel(opened);
    long second = thread.context.beginExit(null);
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.context.endExit(second);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(opened, thread.jdkCall())).isTrue();
    assertThat(thread.state()).isEqualTo("RUNNING");
    thread.context.endExit(first);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  /** The wait of a group is body, so it looks below the mask of the exit that it is in. */
  @Test
  void aWaitInAnExitThatLooksBelowTheMaskHasSeenTheCancel() throws Exception {
    thread.cancel(inner);
    long begun = thread.context.beginExit(null);
    InterruptedException thrown = null;
    try {
      thread.context.check(0, "waiting for", "tasks");
    } catch (InterruptedException e) {
      thrown = e;
    }
    assertThat(thrown).hasMessageContaining("cancelled");
    thread.context.endExit(begun);
    assertThat(thread.leave(inner, thrown)).isTrue();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  // ---- shields

  @Test
  void aShieldHidesWhatWasSentAndSendsItAgain() {
    thread.cancel(inner);
    CancelScope shield = thread.enter(CancelScope.create().shielded());
    assertThat(thread.jdkCall()).isNull();
    assertThat(thread.check()).isNull();
    assertThat(thread.leave(shield, null)).isFalse();
    assertThat(thread.interrupts).isEqualTo(2);
    assertThat(thread.leave(inner, thread.jdkCall())).isTrue();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aShieldIsReachedByItsOwnCancelAndGoesBackToWhatItHid() {
    thread.cancel(inner);
    CancelScope shield = thread.enter(CancelScope.create().shielded());
    thread.cancel(shield);
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(shield, thread.jdkCall())).isTrue();
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
  }

  // ---- cooperative regions

  @Test
  void aCooperativeRegionIsSentNothingAndIsToldWhenItIsLeft() {
    CancelScope region = thread.enter(CancelScope.create().cooperative());
    thread.cancel(outer);
    thread.cancel(region);
    assertThat(thread.interrupts).isZero();
    assertThat(thread.leave(region, null)).isFalse();
    assertThat(thread.state()).isEqualTo("DELIVERED+flag");
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aLibraryCallInACooperativeRegionHasSeenTheCancel() {
    CancelScope region = thread.enter(CancelScope.create().cooperative());
    thread.cancel(outer);
    InterruptedException thrown = thread.check();
    assertThat(thrown).hasMessageContaining("cancelled");
    assertThat(thread.leave(region, thrown)).isFalse();
    assertThat(thread.state()).isEqualTo("SEEN");
    assertThat(thread.interrupts).isZero();
  }

  /** An interrupt closes a shared channel for everybody, also one that was pending before. */
  @Test
  void anInterruptOfOursThatIsPendingDoesNotEnterACooperativeRegion() {
    thread.cancel(inner);
    CancelScope region = thread.enter(CancelScope.create().cooperative());
    assertThat(thread.flag).isFalse();
    assertThat(thread.check()).hasMessageContaining("cancelled");
    assertThat(thread.leave(region, null)).isFalse();
    assertThat(thread.state()).isEqualTo("SEEN");
  }

  @Test
  void whatIsGivenBackInACooperativeRegionIsSentWhenItIsLeft() {
    CancelScope region = thread.enter(CancelScope.create().cooperative());
    thread.cancel(inner);
    assertThat(thread.check()).isNotNull();
    thread.context.giveBack(new InterruptedException());
    assertThat(thread.flag).isFalse();
    assertThat(thread.leave(region, null)).isFalse();
    assertThat(thread.flag).isTrue();
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void aScopeInACooperativeRegionAndAnExitOfItSendNothing() {
    CancelScope region = thread.enter(CancelScope.create().cooperative());
    CancelScope inside = thread.enter();
    thread.cancel(inside);
    thread.context.endExit(thread.context.beginExit(null));
    assertThat(thread.interrupts).isZero();
    assertThat(thread.leave(inside, thread.check())).isTrue();
    assertThat(thread.leave(region, null)).isFalse();
    assertThat(thread.state()).isEqualTo("RUNNING");
  }

  // ---- given back

  @Test
  void whatIsGivenBackOfOursIsClearedByTheScope() {
    thread.cancel(inner);
    assertThat(thread.check()).isNotNull();
    thread.context.giveBack(new InterruptedException());
    assertThat(thread.flag).isTrue();
    assertThat(thread.leave(inner, new IllegalStateException())).isFalse();
    assertThat(thread.leave(outer, null)).isFalse();
    assertNothingIsLeft();
  }

  @Test
  void whatIsGivenBackOfSomebodyElseStays() {
    thread.flag = true;
    assertThat(thread.check()).isNotNull();
    thread.context.giveBack(new InterruptedException());
    thread.cancel(inner);
    assertThat(thread.leave(inner, null)).isFalse();
    assertThat(thread.leave(outer, null)).isFalse();
    assertThat(thread.state()).isEqualTo("RUNNING+flag");
  }
}
