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
