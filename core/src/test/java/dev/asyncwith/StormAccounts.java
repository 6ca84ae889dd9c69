package dev.asyncwith;

import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a storm has opened and closed, what others may cancel of it, and what went wrong. */
final class StormAccounts {
  final LongAdder opened = new LongAdder();
  final LongAdder closed = new LongAdder();
  final LongAdder cancelled = new LongAdder();

  /** The first thing that no storm may do. */
  final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** How often each construct was run. */
  private final Map<String, LongAdder> constructs = new ConcurrentSkipListMap<>();

  private final Set<Thing> open = ConcurrentHashMap.newKeySet();

  /** Cancels of what runs, or ran, which tell whether they did something. */
  private final AtomicReferenceArray<@Nullable Supplier<Boolean>> targets =
      new AtomicReferenceArray<>(64);

  /** What has to be closed, once. */
  final class Thing implements AutoCloseable {
    private final String kind;
    private final CountDownLatch end = new CountDownLatch(1);

    private Thing(String kind) {
      this.kind = kind;
    }

    @Override
    public void close() {
      if (!open.remove(this)) {
        fail(new AssertionError("closed twice: " + kind));
      }
      closed.increment();
      end.countDown();
    }
  }

  Thing open(String kind) {
    opened.increment();
    var thing = new Thing(kind);
    open.add(thing);
    return thing;
  }

  /** Waits for what outlives its block on purpose; gives what is not closed all the same. */
  Map<String, Long> leftOpen() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    var left = new ConcurrentSkipListMap<String, Long>();
    for (Thing thing : open) {
      if (!thing.end.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        left.merge(thing.kind, 1L, Long::sum);
      }
    }
    return left;
  }

  void fail(Throwable what) {
    failure.compareAndSet(null, what);
  }

  void ran(String construct) {
    constructs.computeIfAbsent(construct, _ -> new LongAdder()).increment();
  }

  void count(boolean wasCancelled) {
    if (wasCancelled) {
      cancelled.increment();
    }
  }

  /** Lets others cancel a scope; the block that has it counts that. */
  void target(Random random, CancelScope scope) {
    targets.set(
        random.nextInt(targets.length()),
        () -> {
          if (!scope.isLeft()) {
            scope.cancel("storm");
          }
          return false;
        });
  }

  void target(Random random, AsyncResult<?> result) {
    targets.set(random.nextInt(targets.length()), () -> !result.isDone() && result.cancel(true));
  }

  void cancelOne(Random random) {
    Supplier<Boolean> target = targets.get(random.nextInt(targets.length()));
    if (target != null) {
      count(target.get());
    }
  }

  String describe() {
    var text = new StringBuilder();
    text.append(cancelled).append(" cancellations, ").append(opened).append(" opened, ");
    text.append(closed).append(" closed");
    constructs.forEach((name, times) -> text.append(", ").append(times).append(' ').append(name));
    return text.toString();
  }
}
