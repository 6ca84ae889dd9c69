package dev.asyncwith.bench.rival;

import dev.asyncwith.Outcome;

/** By hand, as most write it: try and finally, which tell the exit nothing. */
public final class Plain implements Nested {
  @Override
  public int one(Resource a, int number) {
    a.enter();
    try {
      return Block.body(a.opened, number);
    } finally {
      exit(a);
    }
  }

  @Override
  public int two(Resource a, Resource b, int number) {
    a.enter();
    try {
      return a.opened + one(b, number);
    } finally {
      exit(a);
    }
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) {
    a.enter();
    try {
      return a.opened + two(b, c, number);
    } finally {
      exit(a);
    }
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number) {
    a.enter();
    try {
      return a.opened + three(b, c, d, number);
    } finally {
      exit(a);
    }
  }

  private static void exit(Resource resource) {
    boolean _ = resource.exit(Outcome.succeeded());
  }
}
