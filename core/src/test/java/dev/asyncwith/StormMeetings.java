package dev.asyncwith;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;
import static dev.asyncwith.StormPrimitive.require;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/** The primitives of the storm by which threads meet and hand things over. */
final class StormMeetings {
  private StormMeetings() {}

  /** Some set it and clear it, the others wait. */
  static final class OfEvent implements StormPrimitive {
    private final AsyncEvent event = AsyncEvent.create();

    @Override
    public boolean use(Random random) throws InterruptedException {
      switch (random.nextInt(4)) {
        case 0 -> event.set();
        case 1 -> event.clear();
        default -> event.await();
      }
      return true;
    }

    @Override
    public void check() {
      require(event.waiting() == 0, "somebody waits", event);
    }
  }

  /** Some make tokens and signal, the others wait for one. */
  static final class OfCondition implements StormPrimitive {
    private final AsyncCondition condition = AsyncCondition.create();
    private final StormPrimitive.Inside inside = new StormPrimitive.Inside(1);
    private int made;
    private int used;
    private int tokens;

    @Override
    public boolean use(Random random) throws InterruptedException {
      if (random.nextBoolean()) {
        with(condition).run(this::make);
      } else {
        with(condition).run(this::take);
      }
      return true;
    }

    private void make() {
      inside.pass(condition);
      made++;
      tokens++;
      condition.signal();
    }

    private void take() throws InterruptedException {
      condition.awaitUntil(() -> tokens > 0);
      inside.pass(condition);
      used++;
      tokens--;
    }

    @Override
    public void check() {
      require(tokens == made - used && tokens >= 0, made + " made, " + used + " used", condition);
      require(!condition.locked() && condition.waiting() == 0, "not free", condition);
    }
  }

  /** Each index of a round is given once, so all are given equally often. */
  static final class OfBarrier implements StormPrimitive {
    private static final int PARTIES = 3;

    private final AsyncBarrier barrier = AsyncBarrier.of(PARTIES);
    private final AtomicIntegerArray indices = new AtomicIntegerArray(PARTIES);

    @Override
    public boolean use(Random random) throws InterruptedException {
      indices.incrementAndGet(barrier.await());
      return true;
    }

    @Override
    public void check() {
      require(barrier.waiting() == 0 && !barrier.isBroken(), "somebody waits", barrier);
      for (int i = 1; i < PARTIES; i++) {
        require(indices.get(i) == indices.get(0), "indices " + indices, barrier);
      }
    }
  }

  /** What was put comes out, once. */
  static final class OfQueue implements StormPrimitive {
    private final AsyncQueue<Long> queue;
    private final AtomicLong ids = new AtomicLong();
    private final Set<Long> put = ConcurrentHashMap.newKeySet();
    private final Set<Long> got = ConcurrentHashMap.newKeySet();

    OfQueue(AsyncQueue<Long> queue) {
      this.queue = queue;
    }

    @Override
    public boolean use(Random random) throws InterruptedException {
      return random.nextBoolean() ? put(random) : take(random);
    }

    private boolean put(Random random) throws InterruptedException {
      Long id = ids.getAndIncrement();
      boolean accepted =
          switch (random.nextInt(4)) {
            case 0 -> queue.tryPut(id);
            case 1 -> queue.tryPut(id, Duration.ofNanos(random.nextInt(1_000_000)));
            default -> {
              queue.put(id);
              yield true;
            }
          };
      if (accepted) {
        put.add(id);
      }
      return accepted;
    }

    private boolean take(Random random) throws InterruptedException {
      Optional<Long> item =
          switch (random.nextInt(4)) {
            case 0 -> queue.tryGet();
            case 1 -> queue.tryGet(Duration.ofNanos(random.nextInt(1_000_000)));
            default -> Optional.of(queue.get());
          };
      item.ifPresent(this::took);
      return item.isPresent();
    }

    private void took(Long id) {
      require(got.add(id), id + " came twice", queue);
      queue.taskDone();
    }

    @Override
    public void check() {
      for (Optional<Long> rest = queue.tryGet(); rest.isPresent(); rest = queue.tryGet()) {
        took(rest.get());
      }
      require(got.equals(put), put.size() + " put, " + got.size() + " got", queue);
      require(queue.unfinished() == 0, "unfinished", queue);
    }
  }

  /** At most so many borrow at a time. */
  static final class OfLimiter implements StormPrimitive {
    private final CapacityLimiter limiter = CapacityLimiter.of(3);
    private final StormPrimitive.Inside inside = new StormPrimitive.Inside(3);

    @Override
    public boolean use(Random random) throws InterruptedException {
      switch (random.nextInt(3)) {
        case 0 -> {
          return limiter.tryAcquire() && held();
        }
        case 1 -> {
          return limiter.tryAcquire(Duration.ofNanos(random.nextInt(1_000_000))) && held();
        }
        default -> with(limiter).run(() -> inside.pass(limiter));
      }
      return true;
    }

    private boolean held() {
      inside.pass(limiter);
      limiter.release();
      return true;
    }

    @Override
    public void check() {
      require(limiter.borrowed() == 0 && limiter.waiting() == 0, "tokens lost", limiter);
    }
  }

  /** Each resource has one user at a time, and is closed once. */
  static final class OfPool implements StormPrimitive {
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final ResourcePool<AtomicBoolean, RuntimeException> pool =
        ResourcePool.of(3, () -> manager(this::make, this::close));

    OfPool() {
      try {
        var _ = pool.open();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private AtomicBoolean make() {
      opened.incrementAndGet();
      return new AtomicBoolean();
    }

    private void close(AtomicBoolean resource) {
      closed.incrementAndGet();
      require(resource.compareAndSet(false, true), "closed while it was used, or twice", pool);
    }

    @Override
    public boolean use(Random random) throws InterruptedException {
      if (random.nextInt(3) > 0) {
        with(pool.acquire()).run(this::useOf);
        return true;
      }
      Optional<Lease<AtomicBoolean, RuntimeException>> lease =
          pool.tryAcquire(Duration.ofNanos(random.nextInt(1_000_000)));
      if (lease.isEmpty()) {
        return false;
      }
      with(lease.get()).run(this::useOf);
      return true;
    }

    private void useOf(AtomicBoolean resource) {
      require(resource.compareAndSet(false, true), "used by two", pool);
      Thread.onSpinWait();
      resource.set(false);
    }

    @Override
    public void check() {
      pool.close();
      require(opened.get() == closed.get(), opened + " opened, " + closed + " closed", pool);
    }
  }
}
