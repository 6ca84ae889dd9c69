package dev.asyncwith.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ranks are those of the tables of order statistics: 95 % at least. */
class IntervalTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "3, 2, 1, 3",
    "7, 4, 1, 7",
    "9, 5, 2, 8",
    "12, 6.5, 3, 10",
    "15, 8, 4, 12"
  })
  void boundsAMedian(int n, double median, double low, double high) {
    double[] figures = IntStream.rangeClosed(1, n).mapToDouble(i -> n + 1 - i).toArray();
    assertThat(Interval.of(figures)).isEqualTo(new Interval(median, low, high));
  }
}
