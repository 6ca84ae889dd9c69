package dev.asyncwith;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.lang.reflect.TypeVariable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The public methods of a package, and arguments to call them with, for tests of all of them. */
final class PublicApi {
  private final Class<?> anchor;
  private final Map<Class<?>, Supplier<?>> instances;

  /**
   * @param anchor a class of the package
   * @param instances of types that no static factory of theirs makes
   */
  PublicApi(Class<?> anchor, Map<Class<?>, Supplier<?>> instances) {
    this.anchor = anchor;
    this.instances = instances;
  }

  /** One parameter of one method. */
  record Place(Executable method, int index) {
    Parameter parameter() {
      return method.getParameters()[index];
    }

    @Override
    public String toString() {
      String types =
          String.join(
              ", ", Arrays.stream(method.getParameterTypes()).map(Class::getSimpleName).toList());
      String type = method.getDeclaringClass().getName();
      String name = method instanceof Method m ? m.getName() : "new";
      return "%s.%s(%s) #%d"
          .formatted(type.substring(type.lastIndexOf('.') + 1), name, types, index);
    }
  }

  /** All parameters of what users call; not of what only they implement. */
  List<Place> places() throws Exception {
    List<Place> places = new ArrayList<>();
    for (Class<?> type : types()) {
      Stream.<Executable>concat(
              Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getConstructors()))
          .filter(m -> Modifier.isPublic(m.getModifiers()) && !m.isSynthetic())
          .filter(m -> !Modifier.isAbstract(m.getModifiers()) || instances.containsKey(type))
          .sorted(Comparator.comparing(Executable::toGenericString))
          .forEach(
              m -> {
                for (int i = 0; i < m.getParameterCount(); i++) {
                  places.add(new Place(m, i));
                }
              });
    }
    return places;
  }

  private List<Class<?>> types() throws Exception {
    Path root = Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path folder = root.resolve(anchor.getPackageName().replace('.', '/'));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
          .sorted()
          .<Class<?>>map(name -> load(anchor.getPackageName() + "." + name.replace(".class", "")))
          .filter(PublicApi::isPublic)
          .toList();
    }
  }

  private Class<?> load(String name) {
    try {
      return Class.forName(name, true, anchor.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isPublic(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return Modifier.isPublic(type.getModifiers())
        && !type.isAnonymousClass()
        && (outer == null || isPublic(outer));
  }

  /** Whether null is allowed there. */
  static boolean isNullable(Place place) {
    AnnotatedType type = place.parameter().getAnnotatedType();
    return has(type)
        || (type instanceof AnnotatedTypeVariable
            && type.getType() instanceof TypeVariable<?> variable
            && has(variable.getAnnotatedBounds()[0]));
  }

  private static boolean has(AnnotatedElement type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  /** What a method throws with a given argument in one place and harmless ones in the others. */
  @Nullable Throwable thrownWith(Place place, @Nullable Object argument) throws Exception {
    Executable method = place.method();
    Object[] arguments = new Object[method.getParameterCount()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i == place.index() ? argument : harmless(method.getParameterTypes()[i]);
    }
    method.setAccessible(true);
    try {
      if (method instanceof Method called) {
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        Object on = isStatic ? null : harmless(method.getDeclaringClass());
        Object _ = called.invoke(on, arguments);
      } else if (method instanceof java.lang.reflect.Constructor<?> constructor) {
        Object _ = constructor.newInstance(arguments);
      }
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  /** An instance of a type that does nothing. */
  Object harmless(Class<?> type) throws Exception {
    if (instances.containsKey(type)) {
      return instances.get(type).get();
    }
    Object simple = simple(type);
    if (simple != null) {
      return simple;
    }
    for (Method factory : type.getDeclaredMethods()) {
      boolean makes =
          Modifier.isStatic(factory.getModifiers())
              && Modifier.isPublic(factory.getModifiers())
              && factory.getReturnType() == type
              && Arrays.stream(factory.getParameterTypes()).noneMatch(type::equals);
      if (makes) {
        Object[] arguments = new Object[factory.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
          arguments[i] = harmless(factory.getParameterTypes()[i]);
        }
        return factory.invoke(null, arguments);
      }
    }
    if (type.isInterface() && !type.isSealed()) {
      return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Nothing());
    }
    throw new AssertionError("no harmless instance of " + type + " is known: add one to the test");
  }

  private static @Nullable Object simple(Class<?> type) {
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    if (type == int.class) {
      return 1; // as a size or a number of permits
    }
    if (type.isPrimitive()) {
      return Array.get(Array.newInstance(type, 1), 0);
    }
    Map<Class<?>, Object> known =
        Map.ofEntries(
            Map.entry(String.class, "x"),
            Map.entry(Object.class, "x"),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(Throwable.class, new IOException("harmless")),
            Map.entry(Exception.class, new IOException("harmless")),
            Map.entry(Class.class, IOException.class),
            Map.entry(TimeUnit.class, TimeUnit.SECONDS),
            Map.entry(List.class, List.of(new IOException("harmless"))),
            Map.entry(Set.class, Set.of()),
            Map.entry(Collection.class, List.of()),
            Map.entry(Iterable.class, List.of()),
            Map.entry(URI.class, URI.create("x:y")),
            Map.entry(ThreadLocal.class, new ThreadLocal<Object>()),
            Map.entry(ScopedValue.class, ScopedValue.newInstance()),
            Map.entry(UnaryOperator.class, UnaryOperator.identity()),
            Map.entry(Executor.class, (Executor) Runnable::run),
            Map.entry(CompletionStage.class, CompletableFuture.completedFuture("x")));
    return known.get(type);
  }

  /** Answers null, false or zero; interfaces' default methods are themselves. */
  private static final class Nothing implements InvocationHandler {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object[] arguments)
        throws Throwable {
      if (method.getName().equals("equals")) {
        return proxy == arguments[0];
      }
      if (method.getName().equals("hashCode") || method.getName().equals("toString")) {
        return method.getReturnType() == int.class ? (Object) 1 : "nothing";
      }
      if (method.isDefault()) {
        return InvocationHandler.invokeDefault(proxy, method, arguments);
      }
      Class<?> type = method.getReturnType();
      return type.isPrimitive() && type != void.class
          ? Array.get(Array.newInstance(type, 1), 0)
          : null;
    }
  }
}
