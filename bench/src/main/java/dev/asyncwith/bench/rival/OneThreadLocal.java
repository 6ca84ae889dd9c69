package dev.asyncwith.bench.rival;

/** A thread that keeps something in a thread-local, as one in a cancel scope has to. */
public final class OneThreadLocal implements Hold {
  private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();

  @Override
  public void during(Runnable body) {
    LOCAL.set(this);
    try {
      body.run();
    } finally {
      LOCAL.remove();
    }
  }
}
