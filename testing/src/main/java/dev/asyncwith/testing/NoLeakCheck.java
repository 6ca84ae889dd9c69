package dev.asyncwith.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keeps the tests of a class out of a {@link LeakCheck} that is on everywhere; tracking is off
 * while they run. For tests that it disturbs, such as those of a model checker or of speed.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface NoLeakCheck {
  /**
   * Why.
   *
   * @return the reason
   */
  String value();
}
