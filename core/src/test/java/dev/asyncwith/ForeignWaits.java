package dev.asyncwith;

import static dev.asyncwith.ForeignCall.woken;
import static java.util.Map.entry;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The waits of java.lang and java.util.concurrent. */
final class ForeignWaits {
  private static final String AQS = "java.util.concurrent.locks.AbstractQueuedSynchronizer";

  private ForeignWaits() {}

  static Map<String, ForeignCall.Setup> all() {
    return Map.ofEntries(
        entry("Thread.sleep", _ -> woken(() -> Thread.sleep(60_000), "java.lang.Thread.sleep")),
        entry("Thread.join", ForeignWaits::join),
        entry("Object.wait", ForeignWaits::objectWait),
        entry(
            "LockSupport.park",
            _ -> woken(LockSupport::park, LockSupport.class.getName() + ".park")),
        entry("synchronized", ForeignWaits::monitor),
        entry("Lock.lock", ForeignWaits::lock),
        entry("Lock.lockInterruptibly", ForeignWaits::lockInterruptibly),
        entry("Condition.await", ForeignWaits::condition),
        entry("Semaphore.acquire", _ -> woken(new Semaphore(0)::acquire, AQS + ".acquire")),
        entry("BlockingQueue.take", ForeignWaits::take),
        entry("CompletableFuture.get", ForeignWaits::futureGet),
        entry("CompletableFuture.join", ForeignWaits::futureJoin));
  }

  private static ForeignCall join(AsyncExitStack resources) {
    var end = new CompletableFuture<Void>();
    Thread other = Thread.ofPlatform().start(end::join);
    resources.callback(() -> end.complete(null));
    return woken(other::join, "java.lang.Thread.join");
  }

  private static ForeignCall objectWait(AsyncExitStack resources) {
    var monitor = new Object();
    return woken(
        () -> {
          synchronized (monitor) {
            monitor.wait();
          }
        },
        "java.lang.Object.wait");
  }

  private static ForeignCall monitor(AsyncExitStack resources) throws InterruptedException {
    var monitor = new Object();
    var held = new CountDownLatch(1);
    var end = new CompletableFuture<Void>();
    Thread.ofPlatform()
        .start(
            () -> {
              synchronized (monitor) {
                held.countDown();
                end.join();
              }
            });
    held.await();
    return new ForeignCall(
        () -> enter(monitor), ForeignWaits.class.getName() + ".enter", () -> end.complete(null));
  }

  private static void enter(Object monitor) {
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }

  private static ForeignCall lock(AsyncExitStack resources) {
    var lock = new ReentrantLock();
    lock.lock();
    return new ForeignCall(lock::lock, AQS + ".acquire", lock::unlock);
  }

  private static ForeignCall lockInterruptibly(AsyncExitStack resources) {
    var lock = new ReentrantLock();
    lock.lock();
    return new ForeignCall(lock::lockInterruptibly, AQS + ".acquire", lock::unlock);
  }

  private static ForeignCall condition(AsyncExitStack resources) {
    var lock = new ReentrantLock();
    var condition = lock.newCondition();
    return woken(
        () -> {
          lock.lock();
          try {
            condition.await();
          } finally {
            lock.unlock();
          }
        },
        AQS + "$ConditionObject.await");
  }

  private static ForeignCall take(AsyncExitStack resources) {
    return woken(
        new LinkedBlockingQueue<String>()::take, "java.util.concurrent.LinkedBlockingQueue.take");
  }

  private static ForeignCall futureGet(AsyncExitStack resources) {
    return woken(
        new CompletableFuture<String>()::get, "java.util.concurrent.CompletableFuture.get");
  }

  private static ForeignCall futureJoin(AsyncExitStack resources) {
    var future = new CompletableFuture<String>();
    return new ForeignCall(
        future::join, "java.util.concurrent.CompletableFuture.join", () -> future.complete("done"));
  }
}
