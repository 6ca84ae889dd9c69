package dev.asyncwith.bench;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.Outcome;

/** What every contender opens and closes: two fields that the JIT may not optimise away. */
final class Resource implements AsyncContextManager<Resource, RuntimeException> {
  int opened;
  int closed;
  int failed;

  @Override
  public Resource enter() {
    opened++;
    return this;
  }

  @Override
  public boolean exit(Outcome outcome) {
    if (outcome.failure() != null) {
      failed++;
    }
    closed++;
    return false;
  }
}
