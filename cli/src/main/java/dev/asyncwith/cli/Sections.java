package dev.asyncwith.cli;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.examples.Bank;
import dev.asyncwith.examples.ConnectionClass;
import dev.asyncwith.examples.GeneratorTimer;
import dev.asyncwith.examples.LockedTasks;
import dev.asyncwith.examples.Narrator.Kind;
import dev.asyncwith.examples.StackedResources;
import dev.asyncwith.examples.Transaction;
import java.util.List;
import java.util.Map;

/** The systems of the tour, in its order. */
final class Sections {
  private Sections() {}

  static List<Section> all() {
    return List.of(
        new Section("connection", ConnectionClass.class, 1, Sections::connection),
        new Section("timer", GeneratorTimer.class, 1, Sections::timer),
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

  private static void lock(Scene scene) throws Exception {
    var lock = AsyncLock.create();
    try {
      LockedTasks.run(lock, scene);
    } finally {
      scene.check("check.lock.owners", 1, scene.mostOpen());
      scene.check("check.lock.free", false, lock.locked());
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
    var paid = Map.of("landlord", 30, "tenant", 70);
    var before = Map.of("landlord", 0, "tenant", 100);
    try {
      Transaction.run(bank, scene);
    } finally {
      scene.check("check.bank", scene.failing() ? before : paid, bank.balances());
    }
  }
}
