package dev.asyncwith;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Managers that are entered at the same time, each on a task's thread, and exited one after the
 * other by the thread of the block, the last one first.
 */
final class Parallel<T extends @Nullable Object, V extends @Nullable Object, X extends Throwable>
    implements AsyncContextManager<V, X> {
  private final List<AsyncContextManager<? extends T, ? extends X>> managers;
  private final With1.Body<? super List<T>, ? extends V, ? extends X> combine;
  private @Nullable AsyncExitStack entered;

  Parallel(
      Collection<? extends AsyncContextManager<? extends T, ? extends X>> managers,
      With1.Body<? super List<T>, ? extends V, ? extends X> combine) {
    this.managers = List.copyOf(managers);
    this.combine = combine;
    for (AsyncContextManager<?, ?> manager : this.managers) {
      if (BoundedManagers.belongsToItsThread(manager)) {
        throw new IllegalArgumentException(
            manager.describe()
                + " belongs to the thread that enters it, so it cannot be entered in parallel:"
                + " enter it with and(…), or before");
      }
    }
  }

  @Override
  public V enter() throws X, InterruptedException {
    if (entered != null) {
      throw new IllegalStateException(
          describe() + " is already entered: make another one for the second block");
    }
    List<AsyncExitStack> stacks = new ArrayList<>(managers.size());
    List<With0.Body<T, X>> enters = new ArrayList<>(managers.size());
    for (AsyncContextManager<? extends T, ? extends X> manager : managers) {
      AsyncExitStack stack = AsyncExitStack.create();
      stacks.add(stack);
      enters.add(() -> stack.enter(manager));
    }
    try {
      V value = combine.call(Gather.<T>run(TaskGroup.create().withName("parallel"), enters));
      entered = stackOf(stacks);
      return value;
    } catch (Throwable failure) {
      throw Exits.<RuntimeException>sneaky(exitEntered(stackOf(stacks), failure));
    }
  }

  /** All that was entered; the stack of a manager that was not is empty. */
  private static AsyncExitStack stackOf(List<AsyncExitStack> stacks) {
    AsyncExitStack all = AsyncExitStack.create();
    stacks.forEach(all::push);
    return all;
  }

  /** Exits what was entered before an enter failed; gives what to throw. */
  private static Throwable exitEntered(AsyncExitStack all, Throwable failure) {
    try {
      boolean _ = all.exit(Cancellations.outcome(failure)); // a value is missing, so it goes on
      return failure;
    } catch (Throwable ofExits) {
      return ofExits;
    }
  }

  @Override
  @SuppressWarnings("unchecked") // its entries throw X
  public boolean exit(Outcome outcome) throws X, InterruptedException {
    AsyncExitStack all = entered;
    if (all == null) {
      throw new IllegalStateException(describe() + " is exited without having been entered");
    }
    entered = null;
    return ((AsyncExit<RuntimeException>) (AsyncExit<?>) all).exit(outcome);
  }

  @Override
  public String describe() {
    return "parallel of " + managers.size() + " managers";
  }

  @Override
  public String toString() {
    return describe();
  }
}
