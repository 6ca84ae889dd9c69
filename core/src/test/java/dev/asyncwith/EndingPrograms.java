package dev.asyncwith;

import static dev.asyncwith.AsyncWith.with;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Programs that end, or are ended, from outside of their blocks: run as processes of their own. */
final class EndingPrograms {
  private EndingPrograms() {}

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void waitForEver() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  private static AsyncContextManager<String, RuntimeException> connection() {
    return AsyncWith.manager(
        () -> {
          say("opened connection");
          return "connection";
        },
        value -> say("closed " + value));
  }

  /** Waits in its block. */
  static final class Waiting {
    public static void main(String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> say("ran the hook of another")));
      AsyncWith.run(() -> with(connection()).run(_ -> waitForEver()));
    }
  }

  /** Waits in its block, and then for ever in its exit. */
  static final class Stuck {
    static void body() throws InterruptedException {
      AsyncContextManager<String, RuntimeException> stuck =
          AsyncWith.manager(
              () -> "connection",
              value -> {
                say("closing " + value);
                waitForEver();
              });
      with(stuck)
          .run(
              value -> {
                say("opened " + value);
                waitForEver();
              });
    }

    public static void main(String[] args) throws Exception {
      AsyncWith.run(Stuck::body);
    }
  }

  /** Like {@link Stuck}, with a grace period as short as a test can bear. */
  static final class StuckForShort {
    public static void main(String[] args) throws Exception {
      MainThread.<Void, RuntimeException>run(
          () -> {
            Stuck.body();
            return null;
          },
          Duration.ofMillis(300));
    }
  }

  /** Ends the JVM on the program's own thread. */
  static final class ExitOnMain {
    public static void main(String[] args) throws Exception {
      AsyncWith.run(() -> with(connection()).run(_ -> System.exit(3)));
    }
  }

  /** Answers its cancellation by {@code System.exit}. */
  static final class ExitWhenCancelled {
    public static void main(String[] args) throws Exception {
      AsyncWith.run(
          () -> {
            try {
              with(connection()).run(_ -> waitForEver());
            } catch (InterruptedException e) {
              System.exit(4);
            }
          });
    }
  }

  /** Ends the JVM on two tasks at once, of which one belongs to a group in a task. */
  static final class ExitOnTasks {
    public static void main(String[] args) throws Exception {
      AsyncWith.run(
          () ->
              with(connection())
                  .run(
                      _ ->
                          with(TaskGroup.create())
                              .run(
                                  outer -> {
                                    outer.fork(
                                        () ->
                                            with(TaskGroup.create())
                                                .run(
                                                    inner -> {
                                                      inner.fork(() -> System.exit(3));
                                                    }));
                                    outer.fork(() -> System.exit(3));
                                  })));
    }
  }

  /** Ends the JVM on a task of a group that is being cancelled already. */
  static final class ExitOnCancelledTask {
    public static void main(String[] args) throws Exception {
      var waits = new CountDownLatch(1);
      AsyncWith.run(
          () ->
              with(connection())
                  .run(
                      _ ->
                          with(TaskGroup.create())
                              .run(
                                  tasks -> {
                                    tasks.fork(
                                        () -> {
                                          try {
                                            waits.countDown();
                                            waitForEver();
                                          } catch (InterruptedException e) {
                                            System.exit(3);
                                          }
                                        });
                                    waits.await();
                                    throw new IllegalStateException("the body failed");
                                  })));
    }
  }

  /** Ends the JVM on a thread that the library does not know, and for which the program waits. */
  static final class ExitOnForeignThread {
    public static void main(String[] args) throws Exception {
      AsyncContextManager<Thread, RuntimeException> worker =
          AsyncWith.manager(
              () -> Thread.ofPlatform().name("worker").start(() -> System.exit(3)),
              thread -> thread.join());
      MainThread.<Void, RuntimeException>run(
          () -> {
            with(worker).run(_ -> waitForEver());
            return null;
          },
          Duration.ofMillis(300));
    }
  }
}
