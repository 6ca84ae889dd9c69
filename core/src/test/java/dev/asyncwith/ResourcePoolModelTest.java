package dev.asyncwith;

import static dev.asyncwith.ModelChecker.assertFinds;
import static dev.asyncwith.ModelChecker.assertHolds;

import dev.asyncwith.testing.NoLeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lending against giving back, giving up and the end of the pool: nothing is lent twice, no token
 * is lost, and all is closed once. Nobody waits for ever, which the checker reports by itself.
 */
@Timeout(600)
@NoLeakCheck("Lincheck follows what tracking does, too, and then cannot repeat a run")
class ResourcePoolModelTest {
  private static final int INVOCATIONS = Integer.getInteger("model.invocations", 10);

  /** So that the checker is not told what the threads share: of so much, it fails now and then. */
  private static final Supplier<String> UNSHARED = () -> "";

  private static final class Resource implements AsyncContextManager<Resource, RuntimeException> {
    final AtomicInteger users = new AtomicInteger();
    final AtomicInteger exits = new AtomicInteger();

    @Override
    public Resource enter() {
      return this;
    }

    @Override
    public boolean exit(Outcome outcome) {
      exits.incrementAndGet();
      return false;
    }
  }

  private static final class Model {
    private final boolean closesTwice;
    private final List<Resource> made = new ArrayList<>();
    private final AtomicReference<Permits.Claim> waiting = new AtomicReference<>();
    private final CapacityLimiter limiter = CapacityLimiter.of(1);
    private final ResourcePool<Resource, RuntimeException> pool =
        ResourcePool.of(limiter, this::make, c -> c.withName("pool"));

    Model(boolean closesTwice) {
      this.closesTwice = closesTwice;
    }

    private Resource make() {
      synchronized (made) {
        made.add(new Resource());
        return made.getLast();
      }
    }

    void run() throws InterruptedException {
      pool.open();
      ModelChecker.run(
          this::use,
          this::giveUp,
          () -> {
            withdraw();
            pool.close();
          });
      for (Resource resource : made) {
        require(resource.exits.get() == 1, "a resource was closed " + resource.exits + " times");
      }
      require(limiter.borrowed() == 0, "a token is lost");
    }

    private void use() {
      try {
        Lease<Resource, RuntimeException> lease = pool.acquire().open();
        Resource resource = lease.value();
        require(resource.users.incrementAndGet() == 1, "a resource is lent twice");
        require(resource.exits.get() == 0, "a resource that is closed is lent");
        resource.users.decrementAndGet();
        lease.close();
        if (closesTwice) { // as a lease would that does not remember that it is closed
          resource.exit(Outcome.succeeded());
        }
      } catch (IllegalStateException closed) {
        // the pool was closed first
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private void withdraw() {
      Permits.Claim claim = waiting.get();
      if (claim != null) {
        claim.withdraw();
      }
    }

    /** Waits for a token as an acquire of the pool does whose time is over at some moment. */
    private void giveUp() {
      var borrower = new Object();
      Permits.Claim claim = limiter.claim();
      waiting.set(claim);
      try {
        if (limiter.acquire(borrower, claim, null)) {
          pool.lend(borrower).close();
        }
      } catch (IllegalStateException closed) {
        // the pool was closed first
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static void require(boolean condition, String otherwise) {
      if (!condition) {
        throw new AssertionError(otherwise);
      }
    }
  }

  @Test
  @Tag("long")
  void nothingIsLentTwiceOrLost() {
    assertHolds(INVOCATIONS, UNSHARED, _ -> new Model(false).run());
  }

  /** The planted bug: a resource is exited by its lease although it went back to the pool. */
  @Test
  void theModelFindsAPlantedBug() {
    assertFinds("a resource was closed 2 times", INVOCATIONS, UNSHARED, _ -> new Model(true).run());
  }
}
