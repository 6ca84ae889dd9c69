package dev.asyncwith.bench.rival;

import dev.asyncwith.Outcome;

/**
 * By hand, as safe as a block of the library: the exit is told how the body ended, a pending
 * interrupt is held back meanwhile, and of two failures neither is lost.
 */
public final class EquallySafe implements Nested, Stack {
  @Override
  public int one(Resource a, int number) {
    a.enter();
    int result;
    try {
      result = Block.body(a.opened, number);
    } catch (Throwable failure) {
      exitAfter(a, failure);
      throw failure;
    }
    exit(a, Outcome.succeeded());
    return result;
  }

  @Override
  public int two(Resource a, Resource b, int number) {
    a.enter();
    int result;
    try {
      result = a.opened + one(b, number);
    } catch (Throwable failure) {
      exitAfter(a, failure);
      throw failure;
    }
    exit(a, Outcome.succeeded());
    return result;
  }

  @Override
  public int three(Resource a, Resource b, Resource c, int number) {
    a.enter();
    int result;
    try {
      result = a.opened + two(b, c, number);
    } catch (Throwable failure) {
      exitAfter(a, failure);
      throw failure;
    }
    exit(a, Outcome.succeeded());
    return result;
  }

  @Override
  public int four(Resource a, Resource b, Resource c, Resource d, int number) {
    a.enter();
    int result;
    try {
      result = a.opened + three(b, c, d, number);
    } catch (Throwable failure) {
      exitAfter(a, failure);
      throw failure;
    }
    exit(a, Outcome.succeeded());
    return result;
  }

  /** Nested try statements, which only recursion has as many of as one likes. */
  @Override
  public int all(Resource[] resources) {
    return all(resources, 0);
  }

  private static int all(Resource[] resources, int from) {
    if (from == resources.length) {
      return 0;
    }
    Resource a = resources[from].enter();
    int result;
    try {
      result = a.opened + all(resources, from + 1);
    } catch (Throwable failure) {
      exitAfter(a, failure);
      throw failure;
    }
    exit(a, Outcome.succeeded());
    return result;
  }

  static void exitAfter(Resource resource, Throwable failure) {
    try {
      exit(resource, Outcome.of(failure));
    } catch (Throwable second) {
      if (second != failure) {
        failure.addSuppressed(second);
      }
    }
  }

  static void exit(Resource resource, Outcome outcome) {
    boolean interrupted = Thread.currentThread().isInterrupted() && Thread.interrupted();
    try {
      boolean _ = resource.exit(outcome);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
