package dev.asyncwith;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The statics of {@link AsyncWith} that run bodies on other threads: they are members of that
 * class, and stand here because one file of them all would be too long.
 */
abstract sealed class ConcurrencyStatics extends WaitStatics permits AsyncWith {
  ConcurrencyStatics() {}

  /**
   * Runs bodies at the same time, each on a virtual thread: Python's {@code asyncio.gather}. None
   * of them outlives the call: when one fails the others are cancelled and waited for, which is not
   * so in Python. A body that is given twice runs twice: two lambdas of one place in the source may
   * be one object. Values that have to be closed are for {@link #parallel}, since those of the
   * bodies that succeeded are lost when another one fails.
   *
   * {@snippet :
   * List<Page> pages = gather(() -> fetch("/one"), () -> fetch("/two"));
   * }
   *
   * @param <R> the type of the results
   * @param <E> the checked exception that the bodies throw
   * @param bodies what to do
   * @return what the bodies returned, in the order in which they were given; unmodifiable
   * @throws E what the first body to fail threw, with the failures of others suppressed in it
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call, unless a body failed; the bodies were cancelled and have
   *     ended
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static <R extends @Nullable Object, E extends Throwable> List<R> gather(
      With0.Body<? extends R, ? extends E>... bodies) throws E, InterruptedException {
    return gather(Arrays.asList(bodies));
  }

  /**
   * Gathers nothing, as {@link #gather(With0.Body...)} does.
   *
   * @param <R> the type of the results
   * @return an empty list
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled
   */
  public static <R extends @Nullable Object> List<R> gather() throws InterruptedException {
    return ConcurrencyStatics.<R, RuntimeException>gather(List.of());
  }

  /**
   * Like {@link #gather(With0.Body...)}, for bodies that are found at run time.
   *
   * @param <R> the type of the results
   * @param <E> the checked exception that the bodies throw
   * @param bodies what to do; none gives an empty list
   * @return what the bodies returned, in the order of the collection; unmodifiable
   * @throws E what the first body to fail threw, with the failures of others suppressed in it
   * @throws InterruptedException as {@link #gather(With0.Body...)} does
   */
  public static <R extends @Nullable Object, E extends Throwable> List<R> gather(
      Collection<? extends With0.Body<? extends R, ? extends E>> bodies)
      throws E, InterruptedException {
    return Gather.<R>run(TaskGroup.create().withName("gather"), bodies);
  }

  /**
   * Like {@link #gather(With0.Body...)}, for bodies without a result.
   *
   * @param <E> the checked exception that the bodies throw
   * @param bodies what to do
   * @throws E what the first body to fail threw, with the failures of others suppressed in it
   * @throws InterruptedException as {@link #gather(With0.Body...)} does
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static <E extends Throwable> void gather(With0.Action<? extends E>... bodies)
      throws E, InterruptedException {
    var _ =
        Gather.<@Nullable Void>run(
            TaskGroup.create().withName("gather"),
            Arrays.stream(bodies).map(Bodies::body).toList());
  }

  /**
   * Runs bodies at the same time and tells how each of them ended: Python's {@code
   * gather(return_exceptions=True)}. A failure cancels nothing, but for an {@link Error}, which is
   * thrown as {@link #gather(With0.Body...)} does.
   *
   * @param <R> the type of the results
   * @param bodies what to do
   * @return how the bodies ended, in the order in which they were given; unmodifiable
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the bodies were cancelled and have ended
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static <R extends @Nullable Object> List<Settled<R>> gatherSettled(
      With0.Body<? extends R, ?>... bodies) throws InterruptedException {
    return gatherSettled(Arrays.asList(bodies));
  }

  /**
   * Like {@link #gatherSettled(With0.Body...)}, for bodies that are found at run time.
   *
   * @param <R> the type of the results
   * @param bodies what to do; none gives an empty list
   * @return how the bodies ended, in the order of the collection; unmodifiable
   * @throws InterruptedException as {@link #gatherSettled(With0.Body...)} does
   */
  public static <R extends @Nullable Object> List<Settled<R>> gatherSettled(
      Collection<? extends With0.Body<? extends R, ?>> bodies) throws InterruptedException {
    return Gather.<R>settled(TaskGroup.create().withName("gather"), bodies);
  }

  /**
   * Runs bodies at the same time until one succeeds; the others are cancelled and waited for. No
   * body outlives the call. For values that have to be closed see {@link #race(AsyncWith.Close,
   * With0.Body...)}.
   *
   * @param <R> the type of the result
   * @param bodies what to do, at least one
   * @return what the first body to succeed returned; the failures of the others are dropped
   * @throws ExceptionGroup of what all bodies threw, if none succeeded; if one of them is an {@link
   *     Error}, it comes bare with the others suppressed in it
   * @throws IllegalArgumentException if there are no bodies
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call, unless a body succeeded; the bodies have ended
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static <R extends @Nullable Object> R race(With0.Body<? extends R, ?>... bodies)
      throws InterruptedException {
    return new Race<R>(null).run(Arrays.asList(bodies));
  }

  /**
   * Like {@link #race(With0.Body...)}, for values that have to be closed: a body that returns a
   * value although another one has won is too late, and its value is released before this returns.
   *
   * {@snippet :
   * Socket socket = race(Socket::close, () -> connect(ipv6), () -> connect(ipv4));
   * }
   *
   * @param <R> the type of the result
   * @param release closes a late value, on the thread of its body; a failure is logged
   * @param bodies what to do, at least one
   * @return what the first body to succeed returned, which is the caller's to close
   * @throws ExceptionGroup as {@link #race(With0.Body...)} does
   * @throws InterruptedException as {@link #race(With0.Body...)} does
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static <R extends @Nullable Object> R race(
      AsyncWith.Close<? super R, ?> release, With0.Body<? extends R, ?>... bodies)
      throws InterruptedException {
    Objects.requireNonNull(release, "what releases is null: give a lambda");
    return new Race<R>(release).run(Arrays.asList(bodies));
  }

  /**
   * A manager that enters several managers at the same time: for acquires that wait. Its value is
   * the list of theirs, in the order in which they were given.
   *
   * {@snippet :
   * with(parallel(openLog("one"), openLog("two"))).run(logs -> copy(logs.get(0), logs.get(1)));
   * }
   *
   * <p>If one enter fails the others are cancelled, those that have entered all the same are
   * exited, told the failure, and the failure is thrown. The exits run one after the other, the
   * last manager first, as those of {@code with(…).and(…)} do.
   *
   * <p>The enters run on virtual threads of their own, and the exits on the thread of the block: a
   * manager that leaves something on the thread that enters it (a thread-local, a {@code
   * ReentrantLock}) must not be entered so; an {@link AsyncLock} may, for it is owned by permit. A
   * {@link CancelScope}, a {@link Timeout} and a {@link TaskGroup} are refused. A generator's
   * manager runs on a thread of its own, as in an {@link AsyncExitStack}.
   *
   * @param <T> the type of the values
   * @param <X> the checked exception that the managers throw; {@link Exception} where one declares
   *     {@link RuntimeException} and another a checked one
   * @param managers the managers
   * @return a manager that is used by one block at a time, and again if the managers may
   * @throws IllegalArgumentException if one of them is bound to its thread
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // read only
  public static <T extends @Nullable Object, X extends Throwable>
      AsyncContextManager<List<T>, X> parallel(
          AsyncContextManager<? extends T, ? extends X>... managers) {
    return parallel(Arrays.asList(managers));
  }

  /**
   * Like {@link #parallel(AsyncContextManager...)}, for managers that are found at run time.
   *
   * @param <T> the type of the values
   * @param <X> the checked exception that the managers throw
   * @param managers the managers
   * @return a manager that is used by one block at a time, and again if the managers may
   * @throws IllegalArgumentException if one of them is bound to its thread
   */
  public static <T extends @Nullable Object, X extends Throwable>
      AsyncContextManager<List<T>, X> parallel(
          Collection<? extends AsyncContextManager<? extends T, ? extends X>> managers) {
    return new Parallel<T, List<T>, X>(managers, values -> values);
  }

  /**
   * Like {@link #parallel(AsyncContextManager...)}, for two managers of different types.
   *
   * {@snippet :
   * record Stores(Database database, Cache cache) {}
   *
   * with(parallel(openDatabase(), openCache(), Stores::new)).run(stores -> serve(stores));
   * }
   *
   * @param <A> the type of a value
   * @param <B> the type of a value
   * @param <V> the type of both together
   * @param <X> the checked exception that the managers throw
   * @param first a manager
   * @param second a manager
   * @param combine makes one value of both; if it throws the managers are exited
   * @return a manager that is used by one block at a time, and again if the managers may
   * @throws IllegalArgumentException if one of them is bound to its thread
   */
  @SuppressWarnings("unchecked") // the values of the managers, in their order
  public static <
          A extends @Nullable Object,
          B extends @Nullable Object,
          V extends @Nullable Object,
          X extends Throwable>
      AsyncContextManager<V, X> parallel(
          AsyncContextManager<? extends A, ? extends X> first,
          AsyncContextManager<? extends B, ? extends X> second,
          With2.Body<? super A, ? super B, ? extends V, ? extends X> combine) {
    Objects.requireNonNull(combine, "what combines the results is null: give a lambda");
    return new Parallel<@Nullable Object, V, X>(
        List.of(first, second), all -> combine.call((A) all.get(0), (B) all.get(1)));
  }

  /**
   * Like {@link #parallel(AsyncContextManager, AsyncContextManager, With2.Body)}, for three
   * managers.
   *
   * @param <A> the type of a value
   * @param <B> the type of a value
   * @param <C> the type of a value
   * @param <V> the type of all together
   * @param <X> the checked exception that the managers throw
   * @param first a manager
   * @param second a manager
   * @param third a manager
   * @param combine makes one value of all; if it throws the managers are exited
   * @return a manager that is used by one block at a time, and again if the managers may
   * @throws IllegalArgumentException if one of them is bound to its thread
   */
  @SuppressWarnings("unchecked") // the values of the managers, in their order
  public static <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          V extends @Nullable Object,
          X extends Throwable>
      AsyncContextManager<V, X> parallel(
          AsyncContextManager<? extends A, ? extends X> first,
          AsyncContextManager<? extends B, ? extends X> second,
          AsyncContextManager<? extends C, ? extends X> third,
          With3.Body<? super A, ? super B, ? super C, ? extends V, ? extends X> combine) {
    Objects.requireNonNull(combine, "what combines the results is null: give a lambda");
    return new Parallel<@Nullable Object, V, X>(
        List.of(first, second, third),
        all -> combine.call((A) all.get(0), (B) all.get(1), (C) all.get(2)));
  }

  /**
   * Runs a body on a platform thread, and waits for it: Python's {@code asyncio.to_thread}, for
   * code that would hold up the carrier of a virtual thread. A cancellation is passed on to the
   * body, as an interrupt and to the calls of this library, and the body is waited for; in Python
   * the thread is left alone and not waited for. Context that the caller's thread inherited by a
   * {@link ContextCarrier} goes along.
   *
   * <p>The thread is a daemon, new or one whose work is done, as many as there are calls at a time;
   * a thread-local that a body leaves behind is found by a later one.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param body what to do
   * @return what it returned
   * @throws E what it threw
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call, unless the body failed; it has ended
   */
  public static <R extends @Nullable Object, E extends Throwable> R toThread(
      With0.Body<? extends R, ? extends E> body) throws E, InterruptedException {
    return Gather.<R>run(
            TaskGroup.create().withName("toThread").withThreadFactory(PlatformThreads.SHARED),
            List.of(Bodies.required(body)))
        .getFirst();
  }

  /**
   * Like {@link #toThread(With0.Body)}, for a body without a result.
   *
   * @param <E> the checked exception that the body throws
   * @param body what to do
   * @throws E what it threw
   * @throws InterruptedException as {@link #toThread(With0.Body)} does
   */
  public static <E extends Throwable> void toThread(With0.Action<? extends E> body)
      throws E, InterruptedException {
    ConcurrencyStatics.<@Nullable Void, E>toThread(Bodies.<E>body(body));
  }

  /**
   * Like {@link #toThread(With0.Body)}, for code that no interrupt wakes: when the caller is
   * cancelled the body is interrupted and abandoned. A value that it returns all the same is
   * released on its thread, and a failure of it is logged.
   *
   * @param <R> the type of the result
   * @param <E> the checked exception that the body throws
   * @param body what to do
   * @param release closes a late value, or does nothing; a failure is logged
   * @return what it returned
   * @throws E what it threw
   * @throws InterruptedException if the thread is interrupted or a scope around the call is
   *     cancelled, also before the call; the body may still run
   */
  public static <R extends @Nullable Object, E extends Throwable> R toThread(
      With0.Body<? extends R, ? extends E> body, AsyncWith.Close<? super R, ?> release)
      throws E, InterruptedException {
    Objects.requireNonNull(release, "what releases is null: give a lambda");
    return Detached.<R>toThread(body, release);
  }
}
