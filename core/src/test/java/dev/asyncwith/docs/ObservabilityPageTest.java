package dev.asyncwith.docs;

import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.Leak;
import dev.asyncwith.Runner;
import dev.asyncwith.ScopeDump;
import dev.asyncwith.Scopes;
import dev.asyncwith.ScopesMXBean;
import dev.asyncwith.Tracking;
import dev.asyncwith.testing.ExpectLeaks;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMX;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/observability.md shows is what the tests run. */
@Timeout(60)
class ObservabilityPageTest {
  private final Tracking.Mode before = Tracking.mode();

  @BeforeEach
  void track() {
    // docs: enable
    Tracking.enable(Tracking.Mode.STACKS);
    // end
  }

  @AfterEach
  void untrack() {
    Tracking.holdTime(Duration.ZERO);
    Tracking.enable(before);
  }

  @Test
  void allCodeIsCompiledAndRun() {
    Docs.assertCodeIsCompiled("observability.md", 5);
  }

  @Test
  void dump() throws Exception {
    AsyncLock accounts = AsyncLock.of("accounts");
    List<String> shown = new ArrayList<>();
    with(accounts)
        .run(
            () -> {
              // docs: dump
              ScopeDump dump = Scopes.dump();
              shown.add(dump.toString()); // the tree, for people
              shown.add(dump.toJson()); // the same, for programs
              // end
            });
    assertThat(shown.getFirst()).contains("AsyncLock(accounts)[locked, 0 waiters]: open for ");
    assertThat(shown.getLast()).contains("\"name\":\"AsyncLock(accounts)[locked, 0 waiters]\"");
  }

  @Test
  @ExpectLeaks("it is about leaks")
  void leaks() throws Exception {
    List<Leak> leaks = new ArrayList<>();
    // docs: listener
    Runnable remove = Tracking.onLeak(leak -> leaks.add(leak));
    // end
    try {
      Runner.create().run(() -> Tracking.opened(new Object(), "a value"));
    } finally {
      remove.run();
    }
    assertThat(leaks).extracting(Leak::trigger).containsExactly(Leak.Trigger.END_OF_RUN);
  }

  @Test
  void holdTime() {
    // docs: hold-time
    Tracking.holdTime(Duration.ofSeconds(30));
    Tracking.holdTime(Duration.ofSeconds(5), scope -> scope.type() == AsyncLock.class);
    // end
    assertThat(Tracking.mode()).isEqualTo(Tracking.Mode.STACKS);
  }

  @Test
  void bean() throws Exception {
    // docs: bean
    ScopesMXBean scopes =
        JMX.newMXBeanProxy(
            ManagementFactory.getPlatformMBeanServer(), // or that of another JVM
            new ObjectName(ScopesMXBean.NAME),
            ScopesMXBean.class);
    String dump = scopes.dump();
    // end
    assertThat(dump).contains(" open and ");
    assertThat(scopes.getMode()).isEqualTo("STACKS");
  }
}
