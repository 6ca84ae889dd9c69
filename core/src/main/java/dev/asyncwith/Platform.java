package dev.asyncwith;

import java.util.concurrent.locks.LockSupport;

/**
 * What cancellation needs of the JVM's threads, in one place, so that a model checker can put
 * fields where the interrupt flag is (it does not see the flag).
 */
interface Platform {
  boolean isInterrupted(Thread thread);

  /** Clears the calling thread's interrupt flag; tells whether it was set. */
  boolean clearInterrupt();

  void interrupt(Thread thread);

  /**
   * Interrupts a thread unless its flag is set; tells whether it did. If somebody else sets the
   * flag in between, nobody can tell the two apart (C8): the flag is one bit.
   */
  default boolean interruptUnlessSet(Thread thread) {
    if (isInterrupted(thread)) {
      return false;
    }
    interrupt(thread);
    return true;
  }

  void park(Object blocker);

  void unpark(Thread thread);

  /** Runs an action on another thread, which does not matter if it blocks. */
  void start(Runnable action);

  /** The threads of the JVM. */
  Platform JVM =
      new Platform() {
        @Override
        public boolean isInterrupted(Thread thread) {
          return thread.isInterrupted();
        }

        @Override
        public boolean clearInterrupt() {
          return Thread.interrupted();
        }

        @Override
        public void interrupt(Thread thread) {
          thread.interrupt();
        }

        @Override
        public void park(Object blocker) {
          LockSupport.park(blocker);
        }

        @Override
        public void unpark(Thread thread) {
          LockSupport.unpark(thread);
        }

        @Override
        public void start(Runnable action) {
          Senders.execute(action);
        }
      };
}
