package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.asyncwith.Tracking.Mode;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How what is open is shown: as a tree, as JSON, by JMX. */
@Timeout(60)
class ScopeDumpTest {
  private TrackingMode mode;

  @BeforeEach
  void track() {
    mode = TrackingMode.of(Mode.COUNTS);
  }

  @AfterEach
  void untrack() {
    mode.close();
  }

  private static AsyncContextManager<String, RuntimeException> thing(String name) {
    return new Managers.Given<>(name, name, _ -> {});
  }

  /** The lines of a dump from that of a runner on, without numbers of threads and times. */
  private static String treeOf(String runner) {
    String dump = Scopes.dump().toString();
    int at = dump.indexOf("Runner '" + runner + "'");
    String tree =
        dump.substring(at)
            .replaceAll(" for [0-9][^,\n]*", "")
            .replaceAll("#\\d+", "#N")
            .replaceAll("@[0-9a-f]+", "@N");
    int end = tree.indexOf("\n", 1);
    while (end + 1 < tree.length() && tree.charAt(end + 1) == ' ') {
      end = tree.indexOf("\n", end + 1);
    }
    return tree.substring(0, end + 1);
  }

  /** Returns when the tasks of a group wait in calls of the library. */
  private static void awaitWaiting(TaskGroup tasks) {
    while (tasks.runningTasks().stream()
        .anyMatch(task -> LockSupport.getBlocker(task.thread()) == null)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aRunnerIsShownWithItsTasksAndWhatTheyHaveOpen() throws Exception {
    var lock = AsyncLock.of("shown");
    var never = AsyncEvent.create();
    String tree =
        Runner.create(c -> c.withName("shown"))
            .run(
                () ->
                    with(thing("outer"))
                        .and(TaskGroup.create().withName("work"))
                        .and(lock)
                        .call(
                            (_, tasks) -> {
                              tasks.fork(
                                  "holder", () -> with(thing("inner")).run(_ -> never.await()));
                              awaitWaiting(tasks);
                              tasks.fork("waiter", () -> with(lock).run(() -> {}));
                              awaitWaiting(tasks);
                              tasks.fork("sleeper", () -> AsyncWith.sleep(Duration.ofDays(1)));
                              awaitWaiting(tasks);
                              String shown = treeOf("shown");
                              tasks.cancel();
                              return shown;
                            }));
    assertThat(tree)
        .isEqualTo(
            """
            Runner 'shown'
              task shown main (virtual #N)
                outer: open
                  TaskGroup(work): open
                    AsyncLock(shown)[locked, 1 waiter]: open
                    task holder (virtual #N), waits for AsyncEvent@N[unset, 1 waiter]
                      inner: open
                    task waiter (virtual #N), waits for AsyncLock(shown)[locked, 1 waiter]
                      AsyncLock(shown)[locked, 1 waiter]: entering
                    task sleeper (virtual #N), waits for the end of a sleep of PT24H
            """);
  }

  @Test
  void whatIsOpenedByTasksOfACallIsShownBelowItsThread() throws Exception {
    String tree =
        Runner.create(c -> c.withName("gathers"))
            .run(
                () ->
                    AsyncWith.gather(
                            () -> with(thing("one")).call(_ -> treeOf("gathers")), () -> "two")
                        .getFirst());
    assertThat(tree)
        .contains("Runner 'gathers'\n  task gathers main (virtual #N)")
        .containsPattern("\n      task gather-1 [^\n]*\n        one: open");
  }

  @Test
  void theTasksOfAGroupThatWasEnteredByHandAreShownBelowItsThread() throws Exception {
    String tree =
        Runner.create(c -> c.withName("by hand"))
            .run(
                () -> {
                  TaskGroup tasks = TaskGroup.create().enter();
                  Task<String> task =
                      tasks.fork(() -> with(thing("one")).call(_ -> treeOf("by hand")));
                  tasks.exit(Outcome.succeeded());
                  return task.get();
                });
    assertThat(tree)
        .startsWith("Runner 'by hand'\n  task by hand main (virtual #N)")
        .endsWith("\n    task task-1 (virtual #N)\n      one: open\n");
  }

  @Test
  void aLimitShowsTheOldestAndCountsAll() throws Exception {
    with(thing("oldest"))
        .run(
            _ ->
                with(thing("middle"))
                    .run(
                        _ ->
                            with(thing("youngest"))
                                .run(
                                    _ -> {
                                      int all = Scopes.dump().open();
                                      ScopeDump dump = Scopes.dump(all - 1);
                                      assertThat(dump.open()).isEqualTo(all);
                                      assertThat(dump.toString())
                                          .contains("oldest: open", "middle: open")
                                          .contains("shown: the " + (all - 1) + " that are open")
                                          .contains(" Managers.Given")
                                          .doesNotContain("youngest: open");
                                      assertThat(dump.toJson())
                                          .contains("\"shown\":" + (all - 1) + ",");
                                      assertThat(Scopes.dump(0).toString())
                                          .doesNotContain("oldest: open");
                                    })));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scopes.dump(-1))
        .withMessageContaining("-1");
  }

  @Test
  void jsonHasTheSame() throws Exception {
    Tracking.enable(Mode.STACKS);
    with(thing("a \"quoted\" thing\n\ud800 \u00e9\\"))
        .run(
            _ -> {
              ScopeDump dump = Scopes.dump();
              assertThat(dump.toJson())
                  .startsWith("{\"at\":\"")
                  .contains("\"tracking\":\"STACKS\",\"open\":" + dump.open() + ",\"tasks\":")
                  .contains("\"name\":\"a \\\"quoted\\\" thing\\u000a\\ud800 \u00e9\\\\\"")
                  .contains("\"type\":\"dev.asyncwith.Managers$Given\"")
                  .contains("\"kind\":\"manager\",\"phase\":\"body\",\"seconds\":")
                  .contains("\"openedAt\":[\"")
                  .contains(
                      "\"dev.asyncwith.Managers$Given\":" + dump.byType().get(Managers.Given.class))
                  .endsWith("}]}");
            });
  }

  @Test
  void jsonIsWrittenByItsRules() {
    var json = new JsonText();
    json.begin('{');
    json.member("list", java.util.List.of("a", 1, true, java.util.List.of()));
    json.key("empty").begin('{').end('}');
    json.key("array").begin('[').begin('{').end('}').begin('{').end('}').end(']');
    json.member("last", 1.5);
    json.end('}');
    assertThat(json)
        .hasToString("{\"list\":[\"a\",1,true,[]],\"empty\":{},\"array\":[{},{}],\"last\":1.5}");
  }

  @Test
  void theMBeanShowsItAndTurnsTrackingOn() throws Exception {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    var name = new ObjectName(ScopesMXBean.NAME);
    with(thing("managed"))
        .run(
            _ -> {
              assertThat(server.getAttribute(name, "Mode")).isEqualTo("COUNTS");
              assertThat((int) server.getAttribute(name, "Open")).isPositive();
              assertThat((String) server.invoke(name, "dump", null, null))
                  .contains("managed: open");
              assertThat((String) server.invoke(name, "dumpJson", null, null))
                  .contains("\"name\":\"managed\"");
              assertThat((String[]) server.invoke(name, "findDeadlocks", null, null)).isEmpty();
            });
    server.setAttribute(name, new Attribute("Mode", "stacks"));
    assertThat(Tracking.mode()).isEqualTo(Mode.STACKS);
    Assertions.assertThatThrownBy(
            () -> server.setAttribute(name, new Attribute("Mode", "everything")))
        .isInstanceOf(RuntimeMBeanException.class)
        .rootCause()
        .hasMessageContaining(
            "'everything' is no mode of tracking: give one of off, counts, stacks");
    assertThat(Tracking.mode()).isEqualTo(Mode.STACKS);
  }
}
