package dev.asyncwith.cli;

import static dev.asyncwith.AsyncWith.manager;
import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.examples.Bank;
import dev.asyncwith.examples.ConnectionClass;
import dev.asyncwith.examples.FileRoundTrip;
import dev.asyncwith.examples.GeneratorTimer;
import dev.asyncwith.examples.LockedTasks;
import dev.asyncwith.examples.Narrator.Kind;
import dev.asyncwith.examples.PageFetch;
import dev.asyncwith.examples.PageServer;
import dev.asyncwith.examples.StackedResources;
import dev.asyncwith.examples.Transaction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The systems of the tour, in its order. */
final class Sections {
  private Sections() {}

  /**
   * The sections.
   *
   * @param url the page to fetch, or null for one from a server that the section starts
   */
  static List<Section> all(@Nullable URI url) {
    return List.of(
        new Section("connection", ConnectionClass.class, 1, Sections::connection),
        new Section("timer", GeneratorTimer.class, 1, Sections::timer),
        new Section("file", FileRoundTrip.class, 1, Sections::file),
        new Section("page", PageFetch.class, 1, scene -> page(url, scene)),
        new Section("lock", LockedTasks.class, 2, Sections::lock),
        new Section("stack", StackedResources.class, 1, Sections::stack),
        new Section("transaction", Transaction.class, 1, Sections::transaction));
  }

  private static void connection(Scene scene) throws Exception {
    String answer = ConnectionClass.run(scene);
    scene.check("check.answer", "12 boxes of tea at stock.example", answer);
  }

  private static void timer(Scene scene) throws Exception {
    try {
      GeneratorTimer.run(scene);
    } finally {
      double worked = 0.3 * scene.pace();
      for (var line : scene.lines(Kind.CLOSED)) {
        double told = (Double) line.arguments().get(1);
        scene.check("check.timer", told >= worked, worked, told);
      }
    }
  }

  private static void file(Scene scene) throws Exception {
    var temporary = manager(() -> Files.createTempFile("asyncwith", ".txt"), Files::delete);
    with(scene.watch("temporary file", temporary)).run(path -> file(path, scene));
  }

  private static void file(Path path, Scene scene) throws Exception {
    try {
      scene.check("check.file.read", "tea, rice", oneLine(FileRoundTrip.run(path, scene)));
    } finally {
      String kept = scene.failing() ? "tea" : "tea, rice";
      scene.check("check.file.kept", kept, oneLine(Files.readString(path)));
    }
  }

  private static String oneLine(String text) {
    return String.join(", ", text.lines().toList());
  }

  private static void page(@Nullable URI url, Scene scene) throws Exception {
    if (url != null) {
      pageOf(url, scene);
      return;
    }
    with(scene.watch("server", PageServer.start()))
        .run(
            server -> {
              String page = PageFetch.run(server.url(), scene);
              scene.check("check.page", page.equals(PageServer.PAGE), page.length(), page);
            });
  }

  private static void pageOf(URI url, Scene scene) throws Exception {
    try {
      String page = PageFetch.run(url, scene);
      scene.check("check.page", !page.isEmpty(), page.length(), page);
    } catch (IOException e) {
      throw new SectionException(
          scene.text("page.unreadable", url, String.valueOf(e.getMessage())), e);
    }
  }

  private static void lock(Scene scene) throws Exception {
    var lock = AsyncLock.create();
    try {
      LockedTasks.run(lock, scene);
    } finally {
      scene.check("check.lock.owners", 1, scene.mostOpen());
      scene.check("check.lock.free", !lock.locked(), "", lock);
    }
  }

  private static void stack(Scene scene) throws Exception {
    var names = List.of("tokyo", "osaka", "sapporo");
    try {
      StackedResources.run(names, scene);
    } finally {
      scene.check("check.stack", names.reversed(), scene.names(Kind.CLOSED));
    }
  }

  private static void transaction(Scene scene) throws Exception {
    with(scene.watch("database", Bank.open())).run(bank -> transaction(bank, scene));
  }

  private static void transaction(Bank bank, Scene scene) throws Exception {
    try {
      Transaction.run(bank, scene);
    } finally {
      int paid = scene.failing() ? 0 : 30;
      scene.check("check.bank", Map.of("landlord", paid, "tenant", 100 - paid), bank.balances());
    }
  }
}
