package dev.asyncwith.bench.rival;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whoever can be measured, by the name that the tables show. */
public enum Rival {
  /** This library. */
  ASYNCWITH("asyncwith", "AsyncWithRival"),
  /** This library, with blocks inside blocks. */
  NESTED("nested", "NestedWith"),
  /** This library's generators. */
  GENERATOR("generator", "Generator"),
  /** This library, with a cancel scope around the block. */
  CANCELLABLE("cancellable", "Cancellable"),
  /** Try and finally. */
  PLAIN("plain", "Plain"),
  /** Try and finally, as safe as this library. */
  SAFE("equally safe", "EquallySafe"),
  /** As safe as this library in a cancel scope: with two atomic steps. */
  SHIELDED("shielded", "Shielded"),
  /** Try-with-resources. */
  TWR("try-with-resources", "TryWithResources"),
  /** Virtual threads and interrupts. */
  THREADS("threads", "Threads"),
  /** A virtual thread with one thread-local. */
  LOCAL("one thread-local", "OneThreadLocal"),
  /** Executors and completable futures. */
  EXECUTOR("executor", "ExecutorRival"),
  /** A fair semaphore. */
  SEMAPHORE("fair Semaphore", "FairSemaphore"),
  /** A fair reentrant lock. */
  REENTRANT("fair ReentrantLock", "FairReentrantLock"),
  /** The JDK's StructuredTaskScope. */
  STS("StructuredTaskScope", "StructuredScope", "java.util.concurrent.StructuredTaskScope", true),
  /** Jox's supervised scopes. */
  JOX("Jox", "Jox", "com.softwaremill.jox.structured.Scopes", true),
  /** Guava's ClosingFuture. */
  GUAVA("Guava", "Guava", "com.google.common.util.concurrent.ClosingFuture", false),
  /** Reactor's usingWhen. */
  REACTOR("Reactor", "Reactor", "reactor.core.publisher.Mono", false),
  /** CPython's contextlib and asyncio, which no adapter of Java reaches. */
  CPYTHON("CPython", null);

  private final String name;
  private final @Nullable String adapter;
  private final @Nullable String needed;
  private final boolean preview;

  Rival(String name, @Nullable String adapter) {
    this(name, adapter, null, false);
  }

  Rival(String name, @Nullable String adapter, @Nullable String needed, boolean preview) {
    this.name = name;
    this.adapter = adapter;
    this.needed = needed;
    this.preview = preview;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Whether its process needs {@code --enable-preview}. */
  public boolean isPreview() {
    return preview;
  }

  /** What to do to have it; null if it is there. */
  public @Nullable String missing() {
    String file = needed == null ? null : needed.replace('.', '/') + ".class";
    if (file == null || ClassLoader.getSystemResource(file) != null) {
      return null;
    }
    return needed
        + " is not on the class path: run on JDK 25, and mvn -pl bench -am package to have the"
        + " libraries in bench/target/lib";
  }

  /** The rival of a name. */
  public static Rival named(String name) {
    return Arrays.stream(values())
        .filter(rival -> rival.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name
                        + " is no rival; there are "
                        + Arrays.stream(values())
                            .map(Rival::toString)
                            .collect(Collectors.joining(", "))));
  }

  /**
   * A new adapter of it.
   *
   * @param kind what the adapter does
   * @throws ClassCastException if it does no such work
   */
  public <T> T as(Class<T> kind) {
    String home = getClass().getPackageName();
    String adapters = preview ? home.replace(".rival", ".preview") : home;
    try {
      return kind.cast(
          Class.forName(adapters + "." + adapter).getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the adapter of " + name, e);
    }
  }
}
