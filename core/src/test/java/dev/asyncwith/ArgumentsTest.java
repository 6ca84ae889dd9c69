package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.testing.TestClock;
import dev.asyncwith.testing.Trail;
import dev.asyncwith.testing.TrailManager;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each public method says to a null, or to a negative time, that it does not take. */
@Timeout(120)
class ArgumentsTest {

  /** Of types that no static factory of theirs makes. */
  private static final Map<Class<?>, Supplier<?>> INSTANCES =
      Map.ofEntries(
          Map.entry(Task.class, ArgumentsTest::task),
          Map.entry(AsyncResult.class, ArgumentsTest::result),
          Map.entry(TaskGroup.class, ArgumentsTest::group),
          Map.entry(With0.class, () -> AsyncWith.with(AsyncWith.suppress())),
          Map.entry(With1.class, ArgumentsTest::one),
          Map.entry(With2.class, () -> one().and(AsyncWith.nullContext("x"))),
          Map.entry(
              With3.class,
              () -> one().and(AsyncWith.nullContext("x")).and(AsyncWith.nullContext("x"))),
          Map.entry(
              With4.class,
              () ->
                  one()
                      .and(AsyncWith.nullContext("x"))
                      .and(AsyncWith.nullContext("x"))
                      .and(AsyncWith.nullContext("x"))),
          Map.entry(AsCompleted.class, () -> AsyncWith.asCompleted(List.of(task()))),
          Map.entry(
              ExceptionGroup.class,
              () -> new ExceptionGroup("harmless", List.of(new IOException("member")))),
          Map.entry(Trail.class, Trail::new),
          Map.entry(TrailManager.class, () -> new Trail().manager("x")),
          Map.entry(Outcome.class, Outcome::succeeded),
          Map.entry(
              BoundedManager.class,
              () -> AsyncWith.nullContext("x").exitWithin(Duration.ofSeconds(1))),
          Map.entry(
              BoundedGuard.class, () -> AsyncWith.suppress().exitWithin(Duration.ofSeconds(1))),
          Map.entry(dev.asyncwith.Timeout.class, () -> AsyncWith.timeout(Duration.ofDays(1))),
          Map.entry(Runner.Configuration.class, RunnerConfiguration::create),
          Map.entry(AsyncClock.class, AsyncClock::system));

  private static With1<
          String, RuntimeException, RuntimeException, RuntimeException, RuntimeException>
      one() {
    return AsyncWith.with(AsyncWith.nullContext("x"));
  }

  private static TaskGroup group() {
    return TaskGroup.create().enter();
  }

  private static Task<String> task() {
    return group().fork(() -> "x");
  }

  private static AsyncResult<String> result() {
    return one().callAsync(x -> x);
  }

  /** Methods, by their names, that say nothing of a null, and why. */
  private static final Map<String, String> MAY_BE_NULL =
      Map.of(
          "beforeAll", "what calls it is JUnit",
          "beforeEach", "what calls it is JUnit",
          "afterEach", "what calls it is JUnit",
          "afterAll", "what calls it is JUnit",
          "equals", "null is equal to nothing",
          "exit", "what calls it is a block, which has an outcome, on the path of each block",
          "idle", "what calls it is the library",
          "obtrudeException", "it throws in any case");

  private static List<PublicApi.Place> places() throws Exception {
    List<PublicApi.Place> all = new ArrayList<>();
    all.addAll(new PublicApi(AsyncWith.class, INSTANCES).places());
    all.addAll(new PublicApi(TestClock.class, INSTANCES).places());
    return all;
  }

  /** What the method throws, on a thread of its own. */
  private static @Nullable Throwable thrownWith(PublicApi.Place place, @Nullable Object argument)
      throws Exception {
    var api = new PublicApi(place.method().getDeclaringClass(), INSTANCES);
    var call = new FutureTask<@Nullable Throwable>(() -> api.thrownWith(place, argument));
    Thread.startVirtualThread(call);
    try {
      return call.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (TimeoutException e) {
      return e;
    }
  }

  @Test
  void aNullIsToldByNameAndWithARemedy() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> checked = new ArrayList<>();
    for (PublicApi.Place place : places()) {
      boolean reference = !place.parameter().getType().isPrimitive();
      boolean exempt = MAY_BE_NULL.containsKey(place.method().getName());
      if (reference && !exempt && !PublicApi.isNullable(place)) {
        checked.add(place.toString());
        Throwable thrown = thrownWith(place, null);
        String message = thrown == null ? null : thrown.getMessage();
        boolean told =
            thrown instanceof NullPointerException
                && message != null
                && message.contains(" ")
                && !message.startsWith("Cannot "); // by the JVM
        if (!told) {
          wrong.add(place + " says " + thrown);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(checked).hasSizeGreaterThan(100);
  }

  @Test
  void aNegativeDurationIsToldWithItsValue() throws Exception {
    Duration negative = Duration.ofMillis(-7);
    List<String> wrong = new ArrayList<>();
    List<String> checked = new ArrayList<>();
    for (PublicApi.Place place : places()) {
      boolean duration = place.parameter().getType() == Duration.class;
      if (duration) {
        checked.add(place.toString());
        Throwable thrown = thrownWith(place, negative);
        boolean told =
            thrown instanceof IllegalArgumentException
                && thrown.getMessage().matches(".*" + negative + "[:;] .+"); // and what to do
        if (!told) {
          wrong.add(place + " says " + thrown);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(checked).hasSizeGreaterThan(10);
  }
}
