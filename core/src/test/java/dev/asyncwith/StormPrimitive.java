package dev.asyncwith;

import static dev.asyncwith.AsyncWith.await;
import static dev.asyncwith.AsyncWith.with;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** One primitive in the storm, with the account of what it gave and got back. */
interface StormPrimitive {

  /** Uses it once, in one of its ways; false if it was not to be had. */
  boolean use(Random random) throws InterruptedException;

  /** After the storm: all is there, once, and nobody waits. */
  void check() throws InterruptedException;

  static List<StormPrimitive> all() {
    return List.of(
        new OfLock(),
        new InOrder(),
        new OfSemaphore(AsyncSemaphore.of(3), 3),
        new OfSemaphore(AsyncBoundedSemaphore.of(2), 2),
        new StormMeetings.OfEvent(),
        new StormMeetings.OfCondition(),
        new StormMeetings.OfBarrier(),
        new StormMeetings.OfQueue(AsyncQueue.of(8)),
        new StormMeetings.OfQueue(AsyncQueue.lifo(8)),
        new StormMeetings.OfQueue(AsyncQueue.priority(8)),
        new StormMeetings.OfLimiter(),
        new StormMeetings.OfPool());
  }

  static void require(boolean holds, String what, Object of) {
    if (!holds) {
      throw new AssertionError(what + ": " + of);
    }
  }

  /** At most so many are inside at a time. */
  final class Inside {
    private final int most;
    private final AtomicInteger passed = new AtomicInteger();
    private final AtomicInteger count = new AtomicInteger();

    Inside(int most) {
      this.most = most;
    }

    void pass(Object of) {
      int now = count.incrementAndGet();
      require(now <= most, now + " inside at the same time", of);
      if ((passed.incrementAndGet() & 63) == 0) {
        Thread.yield(); // others come while it is held
      }
      count.decrementAndGet();
    }
  }

  /** The lock in all its ways. */
  final class OfLock implements StormPrimitive {
    private final AsyncLock lock = AsyncLock.create();
    private final Inside inside = new Inside(1);

    @Override
    public boolean use(Random random) throws InterruptedException {
      switch (random.nextInt(4)) {
        case 0 -> with(lock).run(() -> inside.pass(lock));
        case 1 -> {
          return lock.tryAcquire() && held();
        }
        case 2 -> {
          return lock.tryAcquire(Duration.ofNanos(random.nextInt(1_000_000))) && held();
        }
        default -> {
          return byFuture(lock.acquireAsync(), random, this::held);
        }
      }
      return true;
    }

    private boolean held() {
      inside.pass(lock);
      lock.release();
      return true;
    }

    @Override
    public void check() {
      require(!lock.locked() && lock.waiting() == 0, "not free", lock);
    }
  }

  /** A semaphore in all its ways. */
  final class OfSemaphore implements StormPrimitive {
    private final AsyncSemaphore semaphore;
    private final int permits;
    private final Inside inside;

    OfSemaphore(AsyncSemaphore semaphore, int permits) {
      this.semaphore = semaphore;
      this.permits = permits;
      this.inside = new Inside(permits);
    }

    @Override
    public boolean use(Random random) throws InterruptedException {
      switch (random.nextInt(4)) {
        case 0 -> with(semaphore).run(() -> inside.pass(semaphore));
        case 1 -> {
          return semaphore.tryAcquire() && held();
        }
        case 2 -> {
          return semaphore.tryAcquire(Duration.ofNanos(random.nextInt(1_000_000))) && held();
        }
        default -> {
          return byFuture(semaphore.acquireAsync(), random, this::held);
        }
      }
      return true;
    }

    private boolean held() {
      inside.pass(semaphore);
      semaphore.release();
      return true;
    }

    @Override
    public void check() {
      require(
          semaphore.available() == permits && semaphore.waiting() == 0, "permits lost", semaphore);
    }
  }

  /** A lock whose waiters take a number in the step in which they join its queue. */
  final class InOrder implements StormPrimitive {
    private final AsyncLock lock = AsyncLock.create();
    private final Inside inside = new Inside(1);
    private int tickets;
    private int lastServed = -1;

    @Override
    public boolean use(Random random) throws InterruptedException {
      var node = new WaitQueue.Node();
      int ticket;
      boolean waits;
      synchronized (lock.permits().monitor()) {
        ticket = tickets++;
        waits = lock.permits().join(node);
      }
      if (waits) {
        awaitTurn(node);
      }
      require(ticket > lastServed, "served " + ticket + " after " + lastServed, lock);
      lastServed = ticket;
      inside.pass(lock);
      lock.release();
      return true;
    }

    private void awaitTurn(WaitQueue.Node node) throws InterruptedException {
      try {
        Waits.await(node, "acquiring", lock);
      } catch (InterruptedException e) {
        if (!lock.permits().leave(node)) {
          lock.release();
        }
        throw e;
      }
    }

    @Override
    public void check() {
      require(!lock.locked() && lock.waiting() == 0, "not free", lock);
    }
  }

  /** Whether the future gave what it was for; it may be cancelled before. */
  private static boolean byFuture(CompletableFuture<?> future, Random random, BooleanSupplier held)
      throws InterruptedException {
    if (random.nextBoolean()) {
      Thread.yield();
      return !future.cancel(false) && held.getAsBoolean();
    }
    try {
      await(future);
    } catch (InterruptedException e) {
      if (!future.cancel(false)) {
        boolean _ = held.getAsBoolean();
      }
      throw e;
    }
    return held.getAsBoolean();
  }
}
