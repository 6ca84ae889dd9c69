package dev.asyncwith.bench.rival;

import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Reactor's {@code usingWhen} on the caller's thread, and its operators on virtual threads. */
public final class Reactor implements Nested, Timeout, Tasks {
  private final Scheduler threads =
      Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());

  @Override
  public int one(Resource a, int number) {
    return get(using(a, Mono.fromCallable(() -> Block.body(a.opened, number))));
  }

  @Override
  public int two(Resource a, Resource b, int number) {
    return get(
        using(a, using(b, Mono.fromCallable(() -> Block.body(b.opened + a.opened, number)))));
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) {
    Mono<Integer> body =
        Mono.fromCallable(() -> Block.body(b.opened + c.opened + a.opened, number));
    return get(using(a, using(b, using(c, body))));
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number) {
    Mono<Integer> body =
        Mono.fromCallable(() -> Block.body(b.opened + c.opened + d.opened + a.opened, number));
    return get(using(a, using(b, using(c, using(d, body)))));
  }

  private static Mono<Integer> using(Resource resource, Mono<Integer> body) {
    return Mono.usingWhen(
        Mono.fromCallable(resource::enter), _ -> body, r -> Mono.fromRunnable(r::close));
  }

  private static <T> T get(Mono<T> mono) {
    return Objects.requireNonNull(mono.block());
  }

  @Override
  public int within(IntSupplier body) {
    return get(Mono.fromCallable(body::getAsInt).timeout(LIMIT));
  }

  @Override
  public void all(int children, IntConsumer child) {
    Flux.range(0, children)
        .flatMap(
            i -> Mono.fromRunnable(() -> child.accept(i)).subscribeOn(threads), Integer.MAX_VALUE)
        .blockLast();
  }
}
