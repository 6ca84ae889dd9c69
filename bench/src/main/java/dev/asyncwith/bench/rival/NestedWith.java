package dev.asyncwith.bench.rival;

import static dev.asyncwith.AsyncWith.with;

/** This library, with a block in the body of a block instead of {@code and}. */
public final class NestedWith implements Nested {
  @Override
  public int one(Resource a, int number) throws InterruptedException {
    return with(a).call(r -> Block.body(r.opened, number));
  }

  @Override
  public int two(Resource a, Resource b, int number) throws InterruptedException {
    return with(a).call(r -> with(b).call(s -> Block.body(s.opened + r.opened, number)));
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) throws InterruptedException {
    return with(a)
        .call(
            r ->
                with(b)
                    .call(
                        s ->
                            with(c).call(t -> Block.body(s.opened + t.opened + r.opened, number))));
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number)
      throws InterruptedException {
    return with(a)
        .call(
            r ->
                with(b)
                    .call(
                        s ->
                            with(c)
                                .call(
                                    t ->
                                        with(d)
                                            .call(
                                                u ->
                                                    Block.body(
                                                        r.opened + s.opened + t.opened + u.opened,
                                                        number)))));
  }
}
