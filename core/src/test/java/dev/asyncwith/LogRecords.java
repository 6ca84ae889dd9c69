package dev.asyncwith;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the library logs while this is open, which then does not go to the console. */
final class LogRecords extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("dev.asyncwith");
  private final List<LogRecord> records = new ArrayList<>();

  LogRecords() {
    logger.addHandler(this);
    logger.setUseParentHandlers(false);
  }

  synchronized List<LogRecord> all() {
    return List.copyOf(records);
  }

  /** Those whose message has a part. */
  synchronized List<LogRecord> with(String part) {
    return records.stream().filter(logged -> logged.getMessage().contains(part)).toList();
  }

  /** Waits for one whose message has a part. */
  synchronized LogRecord await(String part) throws InterruptedException {
    while (true) {
      Optional<LogRecord> found = with(part).stream().findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      wait();
    }
  }

  @Override
  public synchronized void publish(LogRecord logged) {
    records.add(logged);
    notifyAll();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
