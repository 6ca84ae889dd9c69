package dev.asyncwith.testing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What JUnit Jupiter calls for {@link LeakCheck}: use that annotation, or have JUnit find this by
 * itself.
 */
public final class LeakCheckExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakCheckExtension.class);
  private static final String PARALLEL = "junit.jupiter.execution.parallel.enabled";

  /** For JUnit. */
  public LeakCheckExtension() {}

  /** {@inheritDoc} */
  @Override
  public void beforeAll(ExtensionContext context) {
    begin(context, true);
  }

  /** {@inheritDoc} */
  @Override
  public void beforeEach(ExtensionContext context) {
    begin(context, false);
  }

  /** {@inheritDoc} */
  @Override
  public void afterEach(ExtensionContext context) {
    end(context);
  }

  /** {@inheritDoc} */
  @Override
  public void afterAll(ExtensionContext context) {
    end(context);
  }

  private static void begin(ExtensionContext context, boolean ofClass) {
    if (find(context, NoLeakCheck.class).isPresent()) {
      if (ofClass) {
        session(context).pause();
      }
      return;
    }
    refuseConcurrent(context);
    LeakSession session = session(context);
    Optional<LeakCheck> settings = find(context, LeakCheck.class);
    long grace = settings.map(LeakCheck::grace).orElse(5000L);
    boolean descriptors = settings.map(LeakCheck::descriptors).orElse(true);
    context
        .getStore(NAMESPACE)
        .put(context.getUniqueId(), session.begin(ofClass, grace, descriptors));
  }

  private static LeakSession session(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(LeakSession.class, _ -> new LeakSession(), LeakSession.class);
  }

  private static void end(ExtensionContext context) {
    boolean ofClass = context.getTestMethod().isEmpty();
    if (find(context, NoLeakCheck.class).isPresent()) {
      if (ofClass) {
        session(context).goOn();
      }
      return;
    }
    LeakWatch watch = context.getStore(NAMESPACE).remove(context.getUniqueId(), LeakWatch.class);
    if (watch == null) { // its begin was refused
      return;
    }
    LeakWatch around = enclosing(context);
    watch.end(around, context.getDisplayName(), expected(context));
  }

  /** The watch of the class around, which hears of what was found. */
  private static @Nullable LeakWatch enclosing(ExtensionContext context) {
    for (Optional<ExtensionContext> c = context.getParent();
        c.isPresent();
        c = c.get().getParent()) {
      LeakWatch watch = c.get().getStore(NAMESPACE).get(c.get().getUniqueId(), LeakWatch.class);
      if (watch != null) {
        return watch;
      }
    }
    return null;
  }

  /** Whether leaks are expected of what has ended: of this test, or of some of the class. */
  private static LeakWatch.Expected expected(ExtensionContext context) {
    Optional<ExpectLeaks> own =
        AnnotationSupport.findAnnotation(context.getElement(), ExpectLeaks.class);
    Optional<ExpectLeaks> any = find(context, ExpectLeaks.class);
    any.filter(a -> a.value().isBlank())
        .ifPresent(
            _ -> {
              throw new ExtensionConfigurationException(
                  "@ExpectLeaks of %s has no reason: say why it leaves something open"
                      .formatted(context.getDisplayName()));
            });
    if (own.isPresent()) {
      return LeakWatch.Expected.HERE;
    }
    return any.isPresent() ? LeakWatch.Expected.SOMEWHERE : LeakWatch.Expected.NOWHERE;
  }

  private static <A extends java.lang.annotation.Annotation> Optional<A> find(
      ExtensionContext context, Class<A> type) {
    Optional<A> own = AnnotationSupport.findAnnotation(context.getElement(), type);
    return own.isPresent() || context.getTestClass().isEmpty()
        ? own
        : AnnotationSupport.findAnnotation(
            context.getRequiredTestClass(), type, context.getEnclosingTestClasses());
  }

  /** That a test is not concurrent itself does not keep concurrent ones from running beside it. */
  private static void refuseConcurrent(ExtensionContext context) {
    boolean parallel =
        context.getConfigurationParameter(PARALLEL).map(Boolean::parseBoolean).orElse(false);
    if (parallel && find(context, Isolated.class).isEmpty()) {
      throw new ExtensionConfigurationException(
          ("the leaks of %s cannot be told from those of the tests that may run beside it: annotate"
                  + " its class with @Isolated, or run tests one by one")
              .formatted(context.getDisplayName()));
    }
  }
}
