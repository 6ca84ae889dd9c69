package dev.asyncwith.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The contenders do the same work. */
class WithBenchmarkTest {

  private interface Contender {
    int run(WithBenchmark benchmark) throws Exception;
  }

  @Test
  void contendersOfARowGiveTheSameResults() throws Exception {
    assertSame(List.of(WithBenchmark::plain1, WithBenchmark::equallySafe1, WithBenchmark::with1));
    assertSame(List.of(WithBenchmark::with1, WithBenchmark::generator));
    assertSame(List.of(WithBenchmark::equallySafe2, WithBenchmark::nested2, WithBenchmark::and2));
    assertSame(List.of(WithBenchmark::equallySafe4, WithBenchmark::and4));
    assertSame(List.of(WithBenchmark::semaphore, WithBenchmark::lock));
    assertSame(List.of(WithBenchmark::nestedTry100, WithBenchmark::stack100));
  }

  private static void assertSame(List<Contender> row) throws Exception {
    for (Contender contender : row) {
      var fresh = new WithBenchmark();
      var reference = new WithBenchmark();
      for (int i = 0; i < 3; i++) {
        assertThat(contender.run(fresh)).isEqualTo(row.getFirst().run(reference));
      }
    }
  }

  @Test
  void theBlockByHandIsAsSafeAsItSays() {
    var resource = new Resource();
    assertThatThrownBy(
            () ->
                ByHand.equallySafe(
                    resource,
                    _ -> {
                      throw new IllegalStateException("body");
                    }))
        .hasMessage("body");
    assertThat(resource.failed).isEqualTo(1);
    Thread.currentThread().interrupt();
    assertThat(ByHand.equallySafe(resource, _ -> 7)).isEqualTo(7);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(resource.opened).isEqualTo(resource.closed).isEqualTo(2);
  }
}
