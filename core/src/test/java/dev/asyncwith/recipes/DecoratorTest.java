package dev.asyncwith.recipes;

import static dev.asyncwith.AsyncWith.asyncGuard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.asyncwith.AsyncContextDecorator;
import dev.asyncwith.AsyncGuard;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DecoratorTest {

  // docs: decorator
  static AsyncGuard<RuntimeException> traced(String name, Consumer<String> log) {
    return asyncGuard(
        body -> {
          log.accept("begin " + name);
          log.accept("end " + name + ": " + body.attempt());
        });
  }

  // end

  private final List<String> lines = new ArrayList<>();

  private String download(String path) throws IOException {
    if (path.isEmpty()) {
      throw new IOException("no path");
    }
    return "page " + path;
  }

  @Test
  void wrapsEachCall() throws Exception {
    Consumer<String> log = lines::add;
    // docs: decorator-use
    AsyncContextDecorator<RuntimeException> tracing = () -> traced("download", log);
    var download = tracing.wrap((String path) -> download(path));
    String page = download.call("/one");
    // end
    assertThat(page).isEqualTo("page /one");
    assertThatThrownBy(() -> download.call("")).hasMessage("no path");
    assertThat(lines)
        .containsExactly(
            "begin download",
            "end download: Succeeded[]",
            "begin download",
            "end download: Failed[cause=java.io.IOException: no path]");
  }
}
