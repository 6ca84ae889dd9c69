package dev.asyncwith.bench.rival;

/** Java's own statement, which tells the exit nothing. */
public final class TryWithResources implements Nested {
  @Override
  public int one(Resource a, int number) {
    try (Resource r = a.enter()) {
      return Block.body(r.opened, number);
    }
  }

  @Override
  public int two(Resource a, Resource b, int number) {
    try (Resource r = a.enter();
        Resource s = b.enter()) {
      return Block.body(s.opened + r.opened, number);
    }
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) {
    try (Resource r = a.enter();
        Resource s = b.enter();
        Resource t = c.enter()) {
      return Block.body(s.opened + t.opened + r.opened, number);
    }
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number) {
    try (Resource r = a.enter();
        Resource s = b.enter();
        Resource t = c.enter();
        Resource u = d.enter()) {
      return Block.body(s.opened + t.opened + u.opened + r.opened, number);
    }
  }
}
