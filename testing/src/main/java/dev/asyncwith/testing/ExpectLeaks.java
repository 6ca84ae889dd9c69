package dev.asyncwith.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a test leaves something open on purpose, so that {@link LeakCheck} lets it pass; a test
 * that leaves nothing open fails then. On a class it is said of some of its tests.
 *
 * <p>What is open when the test ends counts: such a test is not given the {@linkplain
 * LeakCheck#grace grace}, which it would always use up.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface ExpectLeaks {
  /**
   * Why.
   *
   * @return the reason, not blank
   */
  String value();
}
