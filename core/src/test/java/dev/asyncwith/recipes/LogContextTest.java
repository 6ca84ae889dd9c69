package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.asyncGuard;
import static dev.asyncwith.AsyncWith.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncGuard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogContextTest {
  /** Does what the class of the same name in SLF4J does with these three methods. */
  private static final class MDC {
    private static final ThreadLocal<Map<String, String>> ENTRIES =
        ThreadLocal.withInitial(HashMap::new);

    static String get(String key) {
      return ENTRIES.get().get(key);
    }

    static void put(String key, String value) {
      ENTRIES.get().put(key, value);
    }

    static void remove(String key) {
      ENTRIES.get().remove(key);
    }
  }

  // docs: log-context
  static AsyncGuard<RuntimeException> logContext(String key, String value) {
    return asyncGuard(
        body -> {
          String before = MDC.get(key);
          MDC.put(key, value);
          try {
            body.yield();
          } finally {
            if (before == null) {
              MDC.remove(key);
            } else {
              MDC.put(key, before);
            }
          }
        });
  }

  // end

  @Test
  void putsAndRestores() throws Exception {
    List<String> seen = new ArrayList<>();
    Runnable log = () -> seen.add(MDC.get("request") + " by " + MDC.get("user"));
    // docs: log-context-use
    with(logContext("request", "17"))
        .run(
            () -> {
              with(logContext("request", "17.1")).and(logContext("user", "ann")).run(log::run);
              log.run();
            });
    // end
    log.run();
    assertThat(seen).containsExactly("17.1 by ann", "17 by null", "null by null");
  }

  @Test
  void restoresAfterAFailure() {
    assertThatThrownBy(
            () ->
                with(logContext("request", "17"))
                    .run(
                        () -> {
                          throw new IllegalArgumentException("no");
                        }))
        .hasMessage("no");
    assertThat(MDC.get("request")).isNull();
  }

  @Test
  void isOutOfReachInAStack() throws Exception {
    with(AsyncExitStack.create())
        .run(
            stack -> {
              stack.enter(logContext("request", "17"));
              assertThat(MDC.get("request")).isNull();
            });
  }
}
