package dev.asyncwith.bench.rival;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.CancelScope;

/** This library: a block whose body can be cancelled from outside. */
public final class Cancellable implements Block, Hold {
  @Override
  public int one(Resource a, int number) throws InterruptedException {
    return with(CancelScope.create()).and(a).call(r -> Block.body(r.opened, number));
  }

  @Override
  public void during(Runnable body) throws InterruptedException {
    with(CancelScope.create()).run(body::run);
  }
}
