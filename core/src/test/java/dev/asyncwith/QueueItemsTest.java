package dev.asyncwith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a queue holds when its comparator fails. */
class QueueItemsTest {
  private final AtomicBoolean fails = new AtomicBoolean();
  private final QueueItems<String> items =
      QueueItems.priority(
          (one, other) -> {
            if (fails.get()) {
              throw new IllegalStateException("cannot compare");
            }
            return Comparator.<String>naturalOrder().compare(one, other);
          });

  @Test
  void anItemThatIsGivenBackIsNotLostAndIsNext() {
    items.add(new QueueItems.Entry<>("b", 0));
    items.add(new QueueItems.Entry<>("a", 1));
    QueueItems.Entry<String> taken = items.poll();
    fails.set(true);
    items.giveBack(taken);
    assertThat(items.size()).isEqualTo(2);
    assertThat(items.poll()).isSameAs(taken);
    assertThat(items.drain()).containsExactly("b");
  }

  @Test
  void anItemThatIsAddedIsRefusedAndNothingChanges() {
    items.add(new QueueItems.Entry<>("b", 0));
    fails.set(true);
    assertThatThrownBy(() -> items.add(new QueueItems.Entry<>("a", 1)))
        .hasMessage("cannot compare");
    assertThat(items.size()).isEqualTo(1);
  }
}
