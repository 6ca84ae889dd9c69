package dev.asyncwith;

import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.util.List;

/** The signals that ask a process to end: SIGINT, which Ctrl-C sends, and SIGTERM. */
final class Signals {
  private static final System.Logger LOG = System.getLogger("dev.asyncwith");

  /** What a shell adds to the number of the signal that ended a process. */
  private static final int EXIT_CODE_OF_SIGNAL = 128;

  private Signals() {}

  /**
   * From here on such a signal halts the JVM, with the exit code of the signal. Meant for a JVM
   * that is ending already, where its own handlers wait for the end and do nothing: they are
   * replaced, and so are those of the program.
   *
   * <p>Goes without where signals cannot be handled: under {@code -Xrs}, and without the module
   * jdk.unsupported.
   */
  static void endAtOnceOnTheNext() {
    try {
      for (String name : List.of("INT", "TERM")) {
        haltOn(name);
      }
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.log(Level.DEBUG, "a second SIGINT or SIGTERM will not end the process at once", e);
    }
  }

  /** By reflection: javac warns of every use of these classes, and nothing suppresses that. */
  private static void haltOn(String name) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Object signal = signalType.getConstructor(String.class).newInstance(name);
    int number = (int) signalType.getMethod("getNumber").invoke(signal);
    Object halt =
        Proxy.newProxyInstance(
            handlerType.getClassLoader(),
            new Class<?>[] {handlerType},
            (_, _, _) -> {
              Runtime.getRuntime().halt(EXIT_CODE_OF_SIGNAL + number);
              return null;
            });
    var _ = signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, halt);
  }
}
