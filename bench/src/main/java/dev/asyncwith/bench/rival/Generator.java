package dev.asyncwith.bench.rival;

import static dev.asyncwith.AsyncWith.asyncContextManager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;

/** This library's generator: the body runs inside its yield. */
public final class Generator implements Block {
  @Override
  public int one(Resource a, int number) throws InterruptedException {
    return with(opened(a)).call(r -> Block.body(r.opened, number));
  }

  private static AsyncContextManager<Resource, RuntimeException> opened(Resource resource) {
    return asyncContextManager(
        body -> {
          resource.opened++;
          try {
            body.yield(resource);
          } catch (Throwable e) {
            resource.failed++;
            throw e;
          } finally {
            resource.closed++;
          }
        });
  }
}
