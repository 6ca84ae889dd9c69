package dev.asyncwith;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Managers and callbacks that are found at run time, exited together in reverse order: Python's
 * {@code AsyncExitStack}.
 *
 * {@snippet :
 * with(AsyncExitStack.create()).run(stack -> {
 *   var connections = new ArrayList<Connection>();
 *   for (String host : hosts) {
 *     connections.add(stack.enter(new Connection(host)));
 *   }
 *   use(connections);
 * });
 * }
 *
 * <p>Each entry is exited once, whatever the others do, and told what is pending at that moment: an
 * entry that suppresses a failure makes those before it see success, and one that fails makes them
 * see its failure. Two entries that fail without a failure of the body are both kept, the first as
 * the primary.
 *
 * <p>A stack is used by one thread at a time and serves one block. {@link #popAll} hands its
 * entries to a new one. It is no {@link AutoCloseable} on purpose: a {@code close()} at the end of
 * a try-with-resources cannot see the body's failure and would commit failed work.
 */
public final class AsyncExitStack implements AsyncContextManager<AsyncExitStack, Exception> {
  private static final int FIRST_CAPACITY = 8;

  /** Where a stack is in its life; it only moves down this list. */
  private enum State {
    OPEN,
    ENTERED,
    CLOSING,
    CLOSED
  }

  /**
   * The exits, of which the last goes first. They are kept as objects, for a store into an array of
   * {@link AsyncExit} looks that interface up in the class of what is stored.
   */
  private @Nullable Object[] entries = new @Nullable Object[FIRST_CAPACITY];

  private int size;
  private State state = State.OPEN;
  private @Nullable Thread closer;

  /** How tracking knows this stack. */
  private @Nullable Open open;

  private AsyncExitStack() {}

  /**
   * Makes an empty stack.
   *
   * @return the stack
   */
  public static AsyncExitStack create() {
    return new AsyncExitStack();
  }

  /**
   * Enters a manager and registers its exit. If the enter throws nothing is registered.
   *
   * @param <T> the type of its value
   * @param <X> the checked exception that it throws
   * @param manager the manager
   * @return its value
   * @throws X if the enter does
   * @throws InterruptedException if the enter does
   * @throws IllegalStateException if this stack is closed; the manager was not entered
   */
  public <T extends @Nullable Object, X extends Throwable> T enter(
      AsyncContextManager<T, X> manager) throws X, InterruptedException {
    requireNonNull(manager, "the manager to enter is null");
    if (!takesEntries()) {
      throw takesNone(manager);
    }
    reserve(); // before the enter: an entered manager must have its place
    if (Latch.isSet() || manager instanceof Managers.Pair<?, ?>) {
      return enterTracked(manager);
    }
    T value = manager.enter();
    register(CapacityLimiter.boundToThread(manager));
    return value;
  }

  private IllegalStateException takesNone(AsyncContextManager<?, ?> manager) {
    return new IllegalStateException(
        describe() + " takes no entries any more, so " + manager.describe() + " was not entered");
  }

  /** Apart, so that the other is small enough to be inlined. */
  private <T extends @Nullable Object, X extends Throwable> T enterTracked(
      AsyncContextManager<T, X> manager) throws X, InterruptedException {
    StackEntry entering = Latch.isSet() ? StackEntry.entering(manager) : null;
    Managers.Bound<T> bound;
    try {
      bound = enterBound(manager);
    } catch (Throwable failure) {
      if (entering != null) {
        entering.failed();
      }
      throw failure;
    }
    register(entering == null ? bound.exit() : entering.entered(bound.exit(), tracked()));
    return bound.value();
  }

  private static <T extends @Nullable Object, X extends Throwable> Managers.Bound<T> enterBound(
      AsyncContextManager<T, X> manager) throws X, InterruptedException {
    if (manager instanceof Managers.Pair<T, X> pair) {
      return pair.enterBound();
    }
    T value = manager.enter();
    return new Managers.Bound<>(value, CapacityLimiter.boundToThread(manager));
  }

  /** How tracking knows this stack, for what it holds: by its block, or as opened by hand. */
  private @Nullable Open tracked() {
    if (open == null && Tracking.opened(this, describe()) instanceof ByHand byHand) {
      open = byHand;
    }
    return open;
  }

  /**
   * Registers an exit, or a manager that was entered already.
   *
   * @param exit the exit
   * @throws IllegalStateException if this stack is closed; the exit was run at once
   */
  public void push(AsyncExit<?> exit) {
    register(requireNonNull(exit, "the exit to push is null"));
  }

  /**
   * Registers a call that is told nothing and cannot suppress a failure.
   *
   * @param callback what to call
   * @throws IllegalStateException if this stack is closed; the callback was called at once
   */
  public void callback(With0.Action<?> callback) {
    register(new Callback(requireNonNull(callback, "the callback is null")));
  }

  private record Callback(With0.Action<?> action) implements AsyncExit<Throwable> {
    @Override
    public boolean exit(Outcome outcome) throws Throwable {
      action.run();
      return false;
    }

    @Override
    public String describe() {
      return "callback of " + Names.of(action.getClass());
    }
  }

  /**
   * Moves all entries to a new stack and leaves this one empty and usable. Nothing is exited: the
   * idiom is to acquire everything in a block of this stack, and to keep what {@code popAll}
   * returns when all went well.
   *
   * @return a new stack with the entries of this one
   * @throws IllegalStateException while this stack closes, and after it; and if it holds a scope, a
   *     timeout or a task group whose block has begun, which has to be left where it is. Nothing
   *     has moved then
   */
  public AsyncExitStack popAll() {
    if (state == State.CLOSING || state == State.CLOSED) {
      throw new IllegalStateException(
          describe() + " cannot hand over its entries: call popAll before it closes");
    }
    CancelScope live = liveScope();
    if (live != null) {
      throw new IllegalStateException(
          ("%s cannot hand over its entries, for %s among them is active and has to be left in its"
                  + " own block: enter it outside of this stack")
              .formatted(describe(), live.describe()));
    }
    var popped = new AsyncExitStack();
    popped.entries = entries;
    popped.size = size;
    popped.takeTracked();
    entries = new @Nullable Object[FIRST_CAPACITY];
    size = 0;
    return popped;
  }

  /**
   * Exits all entries, last first, as after a body that succeeded. A second close does nothing.
   *
   * @throws Exception what entries threw, the first as the primary
   */
  public void close() throws Exception {
    var _ = exit(Outcome.succeeded());
  }

  /**
   * Exits all entries, last first, as after a body that failed. A second close does nothing.
   *
   * @param failure what the body threw
   * @return true if an entry suppressed the failure; on false the caller throws it on
   * @throws Exception what entries threw, where that takes the failure's place
   */
  public boolean close(Throwable failure) throws Exception {
    return exit(Outcome.of(failure));
  }

  /**
   * Begins the block of this stack.
   *
   * @return this stack
   * @throws IllegalStateException if it has been entered or closed
   */
  @Override
  public AsyncExitStack enter() {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          describe() + " was already entered or closed: a stack serves one block, make a new one");
    }
    state = State.ENTERED;
    if (Latch.isSet()) {
      trackBlock();
    }
    return this;
  }

  /** The block knows this stack from now on. */
  private void trackBlock() {
    Open before = open;
    open = Tracked.nowEntering(this);
    if (before instanceof ByHand byHand) {
      takeTracked();
      byHand.close();
    }
  }

  /** The entries are this stack's from now on. */
  private void takeTracked() {
    for (int i = 0; i < size; i++) {
      if (entries[i] instanceof StackEntry entry) {
        entry.around(tracked());
      }
    }
  }

  /**
   * Exits all entries, last first. What an exit registers meanwhile runs next.
   *
   * @param outcome how the body ended
   * @return true if the body failed and an entry suppressed the failure
   * @throws Exception what entries threw, where that takes the failure's place
   * @throws IllegalStateException if an entry is a scope, a timeout or a task group that another
   *     thread entered; nothing was exited then, and that thread can still close the stack
   */
  @Override
  public boolean exit(Outcome outcome) throws Exception {
    Throwable failure = outcome.failure();
    return Exits.suppressed(failure, unwind(failure));
  }

  /** Exits all entries; returns the failure that is pending after them, or null. */
  private @Nullable Throwable unwind(@Nullable Throwable failure) {
    if (state == State.CLOSING || state == State.CLOSED) {
      return failure;
    }
    requireOwnScopes();
    state = State.CLOSING;
    closer = Thread.currentThread();
    Throwable pending = failure;
    while (size > 0) {
      var entry = entry(--size);
      entries[size] = null; // keeps nothing alive
      pending = Exits.exit(entry, pending);
    }
    closer = null;
    state = State.CLOSED;
    if (open instanceof ByHand byHand) {
      byHand.close();
    }
    return pending;
  }

  /** The last entry that is a scope whose block has begun, or null; also in a stack in this one. */
  @Nullable CancelScope liveScope() {
    if (!Latch.isSet()) {
      return null;
    }
    for (int i = size - 1; i >= 0; i--) {
      CancelScope live = liveScope(entry(i));
      if (live != null) {
        return live;
      }
    }
    return null;
  }

  private static @Nullable CancelScope liveScope(AsyncExit<?> entry) {
    CancelScope scope =
        switch (Open.bare(entry)) {
          case CancelScope itself -> itself;
          case Timeout timeout -> timeout.scope();
          case TaskGroup tasks -> tasks.scope();
          case AsyncExitStack stack -> stack.liveScope();
          case BoundedManagers.OfAny<?, ?> bounded -> liveScope(bounded.target);
          default -> null;
        };
    return scope != null && scope.isActive() ? scope : null;
  }

  /** A scope can be left by its own thread only, and the innermost first; else nothing is. */
  private void requireOwnScopes() {
    CancelScope live = liveScope();
    if (live == null) {
      return;
    }
    if (!live.isOfCurrentThread()) {
      throw new IllegalStateException(
          ("%s is closed by %s, but %s among its entries was entered by another thread: close it"
                  + " on that one")
              .formatted(describe(), Thread.currentThread(), live.describe()));
    }
    if (live == liveScope(entry(size - 1))) {
      var _ = live.requireLeavable();
    }
  }

  private boolean takesEntries() {
    return state == State.ENTERED
        || state == State.OPEN
        || (state == State.CLOSING && closer == Thread.currentThread());
  }

  @SuppressWarnings("unchecked") // what an exit throws is thrown on, whatever it is
  private void register(AsyncExit<?> exit) {
    var entry = (AsyncExit<RuntimeException>) exit;
    if (!takesEntries()) {
      throw Exits.<RuntimeException>sneaky(releaseAndRefuse(entry));
    }
    reserve();
    entries[size++] = Latch.isSet() ? tracked(entry) : entry;
  }

  private AsyncExit<RuntimeException> tracked(AsyncExit<RuntimeException> entry) {
    return Tracking.isOn() ? StackEntry.of(entry, tracked()) : entry;
  }

  /** Nobody else would release it: release, then refuse. */
  private Throwable releaseAndRefuse(AsyncExit<RuntimeException> entry) {
    var refused =
        new IllegalStateException(
            describe() + " is closed, so " + entry.describe() + " was released at once");
    return requireNonNullElse(Exits.exit(entry, refused), refused);
  }

  @SuppressWarnings("unchecked") // nothing else is put in
  private AsyncExit<RuntimeException> entry(int index) {
    return (AsyncExit<RuntimeException>)
        requireNonNull(entries[index], "a place below the size is taken");
  }

  private void reserve() {
    if (size == entries.length) {
      entries = grown(entries);
    }
  }

  /** Apart, so that it stays out of the loop that enters: the registers suffice there without. */
  private static @Nullable Object[] grown(@Nullable Object[] entries) {
    return Arrays.copyOf(entries, entries.length * 2);
  }

  @Override
  public String describe() {
    return Names.ofObject(this);
  }

  @Override
  public String toString() {
    return describe() + "[" + state.name().toLowerCase(Locale.ROOT) + ", " + size + " entries]";
  }
}
