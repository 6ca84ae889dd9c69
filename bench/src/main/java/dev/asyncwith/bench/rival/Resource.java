package dev.asyncwith.bench.rival;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.stream.IntStream;

/** What every rival opens and closes: fields that the JIT may not optimise away. */
public class Resource implements AsyncContextManager<Resource, RuntimeException>, AutoCloseable {

  /** How often it was opened. */
  public int opened;

  /** How often it was closed. */
  public int closed;

  /** How often it was told of a failure when it was closed. */
  public int failed;

  /** A number of resources of this class. */
  public static Resource[] of(int number) {
    return IntStream.range(0, number).mapToObj(_ -> new Resource()).toArray(Resource[]::new);
  }

  /** A number of resources, each of a class of its own, so that no call of them has one target. */
  public static Resource[] ofClasses(int number) {
    return IntStream.range(0, number).mapToObj(_ -> Template.copy()).toArray(Resource[]::new);
  }

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

  /** For those who cannot tell how the body ended. */
  @Override
  public void close() {
    closed++;
  }

  /** Its class is defined anew for each object. */
  private static final class Template extends Resource {
    Template() {}

    static Resource copy() {
      String file = Template.class.getSimpleName();
      try (InputStream bytes = Resource.class.getResourceAsStream("Resource$" + file + ".class")) {
        return (Resource)
            MethodHandles.lookup()
                .defineHiddenClass(Objects.requireNonNull(bytes).readAllBytes(), true)
                .lookupClass()
                .getDeclaredConstructor()
                .newInstance();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("a copy of " + file, e);
      }
    }

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

    @Override
    public void close() {
      closed++;
    }
  }
}
