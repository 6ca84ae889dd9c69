package dev.asyncwith;

/**
 * A queue was shut down: it takes no more items, or has none left to give. Python's {@code
 * asyncio.QueueShutDown}. The call that threw it has had no effect.
 *
 * @see AsyncQueue#shutdown()
 */
public final class QueueShutdownException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  QueueShutdownException(String message) {
    super(message);
  }
}
