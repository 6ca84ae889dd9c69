package dev.asyncwith.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.Outcome;
import dev.asyncwith.bench.rival.Block;
import dev.asyncwith.bench.rival.Hold;
import dev.asyncwith.bench.rival.Lock;
import dev.asyncwith.bench.rival.Nested;
import dev.asyncwith.bench.rival.Resource;
import dev.asyncwith.bench.rival.Rival;
import dev.asyncwith.bench.rival.Stack;
import dev.asyncwith.bench.rival.Tasks;
import dev.asyncwith.bench.rival.Timeout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rivals do the same work. */
class RivalsTest {
  private final List<String> log = new ArrayList<>();

  private final class Logged extends Resource {
    private final String name;

    Logged(String name) {
      this.name = name;
    }

    @Override
    public Resource enter() {
      log.add("open " + name);
      return super.enter();
    }

    @Override
    public boolean exit(Outcome outcome) {
      log.add("close " + name);
      return super.exit(outcome);
    }

    @Override
    public void close() {
      log.add("close " + name);
      super.close();
    }
  }

  private final Resource a = new Logged("a");
  private final Resource b = new Logged("b");
  private final Resource c = new Logged("c");
  private final Resource d = new Logged("d");

  /** A generator opens and closes by its own code, as the resource does. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "ASYNCWITH",
        "NESTED",
        "GENERATOR",
        "CANCELLABLE",
        "PLAIN",
        "SAFE",
        "SHIELDED",
        "TWR",
        "STS",
        "JOX",
        "GUAVA",
        "REACTOR"
      })
  void aBlockOpensItsResourceAndClosesIt(Rival rival) throws Exception {
    Block block = rival.as(Block.class);
    for (int i = 1; i <= 3; i++) {
      assertThat(block.one(a, 10)).isEqualTo(10 + i);
      assertThat(a.opened).isEqualTo(a.closed).isEqualTo(i);
    }
    assertThatThrownBy(() -> block.one(a, -1))
        .satisfies(
            failure -> assertThat(failure.toString() + failure.getCause()).contains("negative"));
    assertThat(a.opened).isEqualTo(a.closed).isEqualTo(4);
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "NESTED", "GENERATOR", "CANCELLABLE", "SAFE", "SHIELDED"})
  void whoIsSafeTellsTheExitOfTheFailureAndKeepsAnInterrupt(Rival rival) throws Exception {
    Block block = rival.as(Block.class);
    assertThatThrownBy(() -> block.one(a, -1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(a.failed).isEqualTo(1);
    Thread.currentThread().interrupt();
    int _ = block.one(a, 1);
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "NESTED", "PLAIN", "SAFE", "TWR", "REACTOR"})
  void nestedBlocksCloseInReverseOrder(Rival rival) throws Exception {
    Nested nested = rival.as(Nested.class);
    assertThat(nested.two(a, b, 10)).isEqualTo(12);
    assertThat(log).containsExactly("open a", "open b", "close b", "close a");
    log.clear();
    assertThat(nested.three(a, b, c, 10)).isEqualTo(15);
    assertThat(log).containsExactly("open a", "open b", "open c", "close c", "close b", "close a");
    log.clear();
    assertThat(nested.four(a, b, c, d, 10)).isEqualTo(19);
    assertThat(log)
        .containsExactly(
            "open a", "open b", "open c", "open d", "close d", "close c", "close b", "close a");
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "SAFE"})
  void aStackClosesInReverseOrder(Rival rival) throws Exception {
    Stack stack = rival.as(Stack.class);
    assertThat(stack.all(new Resource[] {a, b, c})).isEqualTo(3);
    assertThat(log).containsExactly("open a", "open b", "open c", "close c", "close b", "close a");
  }

  /** In no order: that is all that it promises. */
  @Test
  void guavaClosesWhatItOpened() throws Exception {
    assertThat(Rival.GUAVA.as(Nested.class).four(a, b, c, d, 10)).isEqualTo(14);
    assertThat(Rival.GUAVA.as(Stack.class).all(new Resource[] {a, b, c})).isEqualTo(6);
    assertThat(List.of(a, b, c, d)).allSatisfy(r -> assertThat(r.closed).isEqualTo(r.opened));
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "SEMAPHORE", "REENTRANT"})
  void aLockLetsOneInAtATime(Rival rival) throws Exception {
    Lock lock = rival.as(Lock.class);
    var inside = new AtomicInteger();
    int threads = 50;
    int[] count = new int[1]; // which the lock guards
    Thread[] all = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      all[i] =
          Thread.startVirtualThread(
              () -> {
                try {
                  int _ =
                      lock.locked(
                          () -> {
                            assertThat(inside.incrementAndGet()).isEqualTo(1);
                            count[0]++;
                            return inside.decrementAndGet();
                          });
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(lock.locked(() -> count[0])).isEqualTo(threads);
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "THREADS", "EXECUTOR", "STS", "JOX", "GUAVA", "REACTOR"})
  void aTimeoutGivesWhatItsBodyGave(Rival rival) throws Exception {
    assertThat(rival.as(Timeout.class).within(() -> 7)).isEqualTo(7);
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "THREADS", "EXECUTOR", "STS", "JOX", "GUAVA", "REACTOR"})
  void allTasksRunEachOnAVirtualThreadBeforeTheGroupEnds(Rival rival) throws Exception {
    var sum = new LongAdder();
    var virtual = new AtomicInteger();
    rival
        .as(Tasks.class)
        .all(
            1_000,
            index -> {
              sum.add(index);
              if (Thread.currentThread().isVirtual()) {
                virtual.incrementAndGet();
              }
            });
    assertThat(sum.sum()).isEqualTo(999 * 1_000 / 2);
    assertThat(virtual).hasValue(1_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"ASYNCWITH", "CANCELLABLE", "THREADS", "LOCAL", "STS", "JOX"})
  void whatIsHeldLastsAsLongAsTheBody(Rival rival) throws Exception {
    rival.as(Hold.class).during(() -> log.add("body"));
    assertThat(log).containsExactly("body");
  }

  /** Or the mixture of classes would be one class to the JIT. */
  @Test
  void everyResourceOfClassesHasItsOwn() {
    Resource[] all = Resource.ofClasses(8);
    assertThat(all).extracting(Object::getClass).doesNotHaveDuplicates();
    assertThat(all[0].enter().opened).isEqualTo(1);
  }
}
