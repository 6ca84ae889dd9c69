package dev.asyncwith.testing;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncContextManager;
import dev.asyncwith.AsyncExitStack;
import dev.asyncwith.AsyncLock;
import dev.asyncwith.CancelScope;
import dev.asyncwith.Outcome;
import dev.asyncwith.Runner;
import dev.asyncwith.TaskGroup;
import dev.asyncwith.Tracking;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Tests that leave something open, for {@link LeakCheckTest} to run; they clean up by name. */
final class Leaky {
  /** What closes what the tests have left. */
  static final List<AutoCloseable> LEFT = new ArrayList<>();

  private Leaky() {}

  static void closeAll() throws Exception {
    for (AutoCloseable left : LEFT) {
      left.close();
    }
    LEFT.clear();
  }

  static AsyncContextManager<String, RuntimeException> manager(String name) {
    return new AsyncContextManager<>() {
      @Override
      public String enter() {
        return name;
      }

      @Override
      public boolean exit(Outcome outcome) {
        return false;
      }

      @Override
      public String describe() {
        return name;
      }
    };
  }

  // docs: leak-check
  @LeakCheck(grace = 1)
  static class LeavesLock {
    @Test
    void acquiresAndForgets() throws Exception {
      AsyncLock lock = AsyncLock.of("forgotten");
      lock.acquire();
      LEFT.add(lock::release);
    }
  }

  // end

  @LeakCheck(grace = 1)
  static class LeavesStack {
    @Test
    void entersAndForgets() throws Exception {
      AsyncExitStack stack = AsyncExitStack.create();
      stack.enter(manager("entry"));
      LEFT.add(stack::close);
    }
  }

  @LeakCheck(grace = 1)
  static class LeavesTask {
    @Test
    void entersAGroupByHand() throws Exception {
      TaskGroup tasks = TaskGroup.create().enter();
      AsyncLock never = AsyncLock.of("never");
      never.acquire();
      tasks.fork("forgotten task", () -> with(manager("in the task")).and(never).run(_ -> {}));
      BlockedTasks.await(never, 1);
      LEFT.add(
          () -> {
            tasks.cancel();
            tasks.exit(Outcome.succeeded());
            never.release();
          });
    }
  }

  @LeakCheck(grace = 1)
  static class LeavesFile {
    static Path file;

    @Test
    void opensAndForgets() throws IOException {
      file = Files.createTempFile("left", ".txt");
      LEFT.add(new FileInputStream(file.toFile()));
    }
  }

  @LeakCheck(grace = 1, descriptors = false)
  static class LeavesFileUnlooked {
    @Test
    void opensAndForgets() throws IOException {
      LEFT.add(new FileInputStream(Files.createTempFile("left", ".txt").toFile()));
    }
  }

  /** Opens a file that is tracked by the name that the module of files gives it. */
  private static void openTracked(Path file) throws IOException {
    var value = new FileInputStream(file.toFile());
    Tracking.Opened opened = Tracking.opened(value, "file " + file + " (mode \"r\")");
    LEFT.add(value);
    LEFT.add(opened::close);
  }

  @LeakCheck(grace = 1)
  static class LeavesTrackedFiles {
    static Path file;

    /** Besides, the second of them is gone, and the third stands in a folder by another name. */
    @Test
    void opensAndForgets() throws IOException {
      Path folder = Files.createTempDirectory("left");
      file = Files.createFile(folder.resolve("first.txt"));
      openTracked(file);
      Path second = Files.createFile(folder.resolve("second.txt"));
      openTracked(second);
      Files.delete(second);
      Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
      Files.createFile(folder.resolve("third.txt"));
      openTracked(link.resolve("third.txt"));
    }
  }

  @LeakCheck(grace = 1)
  static class LeavesTrackedFileInRun {
    @Test
    void opensInARun() throws Exception {
      Path file = Files.createTempFile("left", ".txt");
      Runner.create().run(() -> openTracked(file));
    }
  }

  @LeakCheck(grace = 1)
  static class LeavesTrackedFileAndAnother {
    @Test
    void opensTheSameFileTwice() throws IOException {
      Path file = Files.createTempFile("left", ".txt");
      openTracked(file);
      LEFT.add(new FileInputStream(file.toFile()));
    }
  }

  @LeakCheck(grace = 1)
  static class LeavesSocketOfClass {
    @BeforeAll
    static void listen() throws IOException {
      LEFT.add(new ServerSocket(0));
    }

    @Test
    void isInnocent() {}
  }

  @LeakCheck(grace = 1)
  static class LeavesInRun {
    @Test
    void opensInARun() throws Exception {
      List<Object> kept = new ArrayList<>();
      Runner.create(c -> c.withName("careless"))
          .run(
              () -> {
                var value = new Object();
                kept.add(value);
                Tracking.Opened opened = Tracking.opened(value, "value of a run");
                kept.add(opened);
              });
    }
  }

  @LeakCheck(grace = 1)
  static class FailsAndLeaves {
    @Test
    void failsAndForgets() throws Exception {
      AsyncLock lock = AsyncLock.of("forgotten");
      lock.acquire();
      LEFT.add(lock::release);
      throw new IllegalStateException("the test's own failure");
    }
  }

  @LeakCheck(grace = 1)
  static class Says {
    // docs: expect-leaks
    @Test
    @ExpectLeaks("it is about what is forgotten")
    void leavesAndSaysSo() throws Exception {
      AsyncLock lock = AsyncLock.of("forgotten");
      lock.acquire();
      LEFT.add(lock::release);
    }

    // end

    @Test
    @ExpectLeaks("it says so, but does not")
    void saysSoAndDoesNot() {}

    @Test
    @ExpectLeaks(" ")
    void givesNoReason() {}
  }

  @LeakCheck(grace = 1)
  @ExpectLeaks("some of them do")
  static class SaysOfSome {
    @Test
    void leaves() throws Exception {
      AsyncLock lock = AsyncLock.of("forgotten");
      lock.acquire();
      LEFT.add(lock::release);
    }

    @Test
    void doesNot() {}
  }

  @LeakCheck(grace = 1)
  @ExpectLeaks("none of them does")
  static class SaysOfNone {
    @Test
    void doesNot() {}
  }

  @LeakCheck
  @NoLeakCheck("it is about a class that is left out")
  static class IsLeftOut {
    static Tracking.Mode mode;

    @Test
    void acquiresAndForgets() throws Exception {
      mode = Tracking.mode();
      AsyncLock.of("unseen").acquire();
    }
  }

  @LeakCheck(grace = 1)
  @Isolated
  static class IsIsolated {
    @Test
    void acquiresAndForgets() throws Exception {
      AsyncLock lock = AsyncLock.of("forgotten");
      lock.acquire();
      LEFT.add(lock::release);
    }

    @Test
    void isInnocent() {}

    @Nested
    class Inside {
      @Test
      void isInnocentToo() {}
    }
  }

  @LeakCheck
  static class ClosesAfterwards {
    private final AsyncLock lock = AsyncLock.of("closed after each");

    @BeforeEach
    void acquire() throws Exception {
      lock.acquire();
    }

    @Test
    void holds() throws Exception {
      with(manager("closed")).run(_ -> {});
      with(CancelScope.create()).run(() -> {});
    }

    @AfterEach
    void release() {
      lock.release();
    }
  }

  @LeakCheck
  static class EndsLate {
    @Test
    void closesOnAnotherThread() throws Exception {
      AsyncLock lock = AsyncLock.of("released late");
      lock.acquire();
      Thread test = Thread.currentThread();
      Thread.startVirtualThread(
          () -> {
            while (!isInEnd(test)) { // the check looks, and looks again
              Thread.onSpinWait();
            }
            lock.release();
          });
    }

    private static boolean isInEnd(Thread test) {
      for (StackTraceElement frame : test.getStackTrace()) {
        if (frame.getClassName().equals(LeakWatch.class.getName())) {
          return true;
        }
      }
      return false;
    }
  }
}
