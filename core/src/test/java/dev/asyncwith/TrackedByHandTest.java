package dev.asyncwith;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.TrackingMode.open;
import static dev.asyncwith.TrackingMode.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Tracking.Mode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tracking knows of what no block holds: entries of stacks, locks, values of open(). */
@Timeout(60)
class TrackedByHandTest {
  private TrackingMode mode;

  @BeforeEach
  void track() {
    mode = TrackingMode.of(Mode.STACKS);
  }

  @AfterEach
  void untrack() {
    mode.close();
  }

  private static AsyncContextManager<String, IOException> thing(String name) {
    return new AsyncContextManager<>() {
      @Override
      public String enter() throws IOException {
        if (name.endsWith("failing")) {
          throw new IOException("no");
        }
        assertThat(seen(name)).containsExactly(name + " ENTERING MANAGER");
        return name;
      }

      @Override
      public boolean exit(Outcome outcome) {
        assertThat(seen(name)).containsExactly(name + " EXITING MANAGER");
        return false;
      }

      @Override
      public String describe() {
        return name;
      }
    };
  }

  /** The lines of a dump from that of one thing on, as deep as the things in it. */
  private static String tree(String of) {
    String dump = Scopes.dump().toString().replaceAll(" for [^\n]*", "");
    int at = dump.indexOf(of);
    int end = dump.indexOf("\n", dump.lastIndexOf("tracked"));
    return dump.substring(dump.lastIndexOf('\n', at) + 1, end).stripIndent();
  }

  @Test
  void theEntriesOfAStackAreSeenInIt() throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(thing("tracked a"));
              AsyncContextManager<String, RuntimeException> generator =
                  asyncContextManager("tracked g", body -> body.yield("g"));
              stack.enter(generator);
              stack.push(thing("tracked b"));
              assertThat(tree(stack.describe()))
                  .isEqualTo(
                      """
                      %s: open
                        tracked a: open
                        generator 'tracked g': open
                        tracked b: open"""
                          .formatted(stack.describe()));
            });
    assertThat(open("tracked")).isEmpty();
    assertThat(open("generator 'tracked")).isEmpty();
  }

  @Test
  void whatFailsToEnterAStackIsNotOpen() throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              assertThatThrownBy(() -> stack.enter(thing("tracked failing"))).hasMessage("no");
              assertThat(open("tracked")).isEmpty();
              with(thing("tracked inside")).run(_ -> {}); // stands in the right place again
            });
  }

  @Test
  void whatAClosedStackReleasesAtOnceIsGone() throws Exception {
    var stack = AsyncExitStack.create();
    stack.close();
    assertThatThrownBy(() -> stack.push(_ -> false)).hasMessageContaining("released at once");
    assertThatThrownBy(() -> stack.callback(() -> {})).hasMessageContaining("released at once");
    assertThat(open("callback of TrackedByHandTest")).isEmpty();
    assertThat(open(stack.describe())).isEmpty();
  }

  @Test
  void aStackByHandIsOpenFromItsFirstEntryToItsClose() throws Exception {
    var stack = AsyncExitStack.create();
    assertThat(open(stack.describe())).isEmpty();
    stack.enter(thing("tracked a"));
    assertThat(seen(stack.describe())).containsExactly(stack.describe() + " BODY BY_HAND");
    OnThread<Void> closing =
        OnThread.start(
            () -> {
              stack.close();
              return null;
            });
    closing.result();
    assertThat(open(stack.describe())).isEmpty();
    assertThat(open("tracked")).isEmpty();
  }

  @Test
  void whatIsPoppedIsOpenInTheNewStack() throws Exception {
    AsyncExitStack kept =
        with(AsyncExitStack.create())
            .call(
                stack -> {
                  stack.enter(thing("tracked a"));
                  return stack.popAll();
                });
    assertThat(tree(kept.describe()))
        .isEqualTo(
            """
            %s: open by hand
              tracked a: open"""
                .formatted(kept.describe()));
    kept.close();
    assertThat(open("tracked")).isEmpty();
    assertThat(open(kept.describe())).isEmpty();
  }

  @Test
  void aStackThatWasFilledBeforeItsBlockIsOfTheBlock() throws Exception {
    var stack = AsyncExitStack.create();
    stack.enter(thing("tracked a"));
    with(stack.exitWithin(Duration.ofHours(1)))
        .run(
            _ ->
                assertThat(tree(stack.describe()))
                    .isEqualTo(
                        """
                        %s: open
                          tracked a: open"""
                            .formatted(stack.describe())));
    assertThat(open("tracked")).isEmpty();
  }

  @Test
  void aScopeAmongTrackedEntriesStillBelongsToItsThread() throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(CancelScope.create());
              assertThatThrownBy(stack::popAll).hasMessageContaining("is active");
              OnThread<Void> closing =
                  OnThread.start(
                      () -> {
                        stack.close();
                        return null;
                      });
              assertThat(closing.failure()).hasMessageContaining("was entered by another thread");
            });
  }

  @Test
  void aLockByHandIsSeenUntilItsRelease() throws Exception {
    var lock = AsyncLock.of("tracked");
    lock.acquire();
    assertThat(seen("AsyncLock(tracked)")).containsExactly("AsyncLock(tracked) BODY BY_HAND");
    lock.release();
    assertThat(open("AsyncLock(tracked)")).isEmpty();
    assertThat(lock.tryAcquire()).isTrue();
    assertThat(lock.tryAcquire()).isFalse();
    assertThat(lock.tryAcquire(Duration.ofNanos(1))).isFalse();
    assertThat(open("AsyncLock(tracked)")).hasSize(1);
    lock.release();
    assertThat(lock.tryAcquire(Duration.ofHours(1))).isTrue();
    assertThat(open("AsyncLock(tracked)")).hasSize(1);
    lock.release();
    assertThat(open("AsyncLock(tracked)")).isEmpty();
  }

  @Test
  void aBlockOfALockIsSeenOnce() throws Exception {
    var lock = AsyncLock.of("tracked");
    with(lock)
        .run(
            () ->
                assertThat(seen("AsyncLock(tracked)"))
                    .containsExactly("AsyncLock(tracked)[locked, 0 waiters] BODY MANAGER"));
    assertThat(open("AsyncLock(tracked)")).isEmpty();
  }

  @Test
  void aWaitForAConditionGivesTheLockUpAndHasItAgain() throws Exception {
    var lock = AsyncLock.of("tracked");
    var condition = AsyncCondition.of(lock);
    OnThread<Integer> waiting =
        OnThread.start(
            () -> {
              lock.acquire();
              condition.await();
              int held = open("AsyncLock(tracked)").size();
              lock.release();
              return held;
            });
    waiting.awaitWaiting();
    assertThat(open("AsyncLock(tracked)")).isEmpty();
    lock.acquire();
    condition.signal();
    lock.release();
    assertThat(waiting.result()).isEqualTo(1);
    assertThat(open("AsyncLock(tracked)")).isEmpty();
  }

  /** A value that says when it is opened and closed, as files and responses do. */
  private static final class Value implements AutoCloseable {
    final Tracking.Opened tracked;

    Value(String name) {
      tracked = Tracking.opened(this, name);
    }

    @Override
    public void close() {
      tracked.close();
    }
  }

  private static AsyncResource<Value, RuntimeException> resource(String name) {
    return AsyncWith.resource(name, () -> new Value(name), Value::close);
  }

  @Test
  void aValueOfOpenIsSeenUntilItsClose() throws Exception {
    Value value = resource("tracked v").open();
    assertThat(seen("tracked v")).containsExactly("tracked v BODY BY_HAND");
    assertThat(value.tracked.isTracked()).isTrue();
    value.close();
    value.close();
    assertThat(open("tracked v")).isEmpty();
  }

  @Test
  void aResourceInABlockOrAStackIsSeenOnce() throws Exception {
    with(resource("tracked v"))
        .run(
            value -> {
              assertThat(seen("tracked v")).containsExactly("tracked v BODY MANAGER");
              assertThat(value.tracked.isTracked()).isFalse();
            });
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(resource("tracked v"));
              assertThat(seen("tracked v")).containsExactly("tracked v BODY MANAGER");
            });
    assertThat(open("tracked v")).isEmpty();
  }

  @Test
  void whatAManagerOpensByHandIsSeenInIt() throws Exception {
    var manager =
        new AsyncContextManager<Value, RuntimeException>() {
          Value opened;

          @Override
          public Value enter() throws InterruptedException {
            opened = resource("tracked v").open();
            return opened;
          }

          @Override
          public boolean exit(Outcome outcome) {
            return false; // forgets it
          }

          @Override
          public String describe() {
            return "tracked m";
          }
        };
    Value forgotten =
        with(manager)
            .call(
                v -> {
                  assertThat(tree("tracked m"))
                      .isEqualTo(
                          """
                          tracked m: open
                            tracked v: open by hand""");
                  return v;
                });
    assertThat(seen("tracked")).containsExactly("tracked v BODY BY_HAND");
    forgotten.close();
  }

  @Test
  void offKnowsNothingOfIt() throws Exception {
    Tracking.enable(Mode.OFF);
    var stack = AsyncExitStack.create();
    stack.callback(() -> {});
    var lock = AsyncLock.of("tracked");
    lock.acquire();
    Value value = resource("tracked v").open();
    assertThat(value.tracked.isTracked()).isFalse();
    assertThat(open("tracked")).isEmpty();
    assertThat(open(stack.describe())).isEmpty();
    assertThat(open("AsyncLock(tracked)")).isEmpty();
    value.close();
    lock.release();
    stack.close();
  }
}
