package dev.asyncwith.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that leaves something open: a manager, a task, a lock, a file, a response. On a
 * class, a method, or everywhere, where JUnit's parameter {@code
 * junit.jupiter.extensions.autodetection.enabled} is true.
 *
 * {@snippet :
 * @LeakCheck
 * class OrdersTest {
 *   @Test void ordersAreSent() throws Exception { … }
 * }
 * }
 *
 * <p>A test is answerable for what it and its {@code @BeforeEach} methods have opened, once its
 * {@code @AfterEach} methods are over; a class for what its {@code @BeforeAll} methods have opened.
 * What is still open then has the {@linkplain #grace grace} to be closed. Each thing that is left
 * is a suppressed exception whose stack shows where it was opened, and a dump of all threads, the
 * virtual ones included, is written beside. If the test has failed by itself, the leak is
 * suppressed in its failure.
 *
 * <p>It turns {@link dev.asyncwith.Tracking} on, by {@code Mode.STACKS}, for the whole run of the
 * tests. What tracking tells of as a leak meanwhile fails the test too, but for hold times. Where
 * the system has {@code /proc/self/fd}, it also looks for descriptors that nobody tracks.
 *
 * <p>Tests that run at the same time would be told each other's leaks: where JUnit runs tests in
 * parallel, a test whose class is not {@link org.junit.jupiter.api.parallel.Isolated} is refused.
 *
 * @see ExpectLeaks
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(LeakCheckExtension.class)
public @interface LeakCheck {

  /**
   * How long what is open at the end of a test has to be closed.
   *
   * @return the time in milliseconds
   */
  long grace() default 5000;

  /**
   * Whether open descriptors are looked for: after each test those of files, after all tests of a
   * class those of sockets and pipes too.
   *
   * @return false if other code of the tests opens and keeps files
   */
  boolean descriptors() default true;
}
