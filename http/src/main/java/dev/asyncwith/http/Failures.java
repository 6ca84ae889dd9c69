package dev.asyncwith.http;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;

/**
 * What the caller of a request gets for what went wrong inside.
 *
 * @param target the request
 * @param session the name of its session
 * @param timeout its total timeout, or null for none
 */
record Failures(Target target, String session, @Nullable Duration timeout) {

  /** {@code received} counts the bytes of the body; negative if not even the headers came. */
  ClientException of(Throwable cause, int received) {
    if (cause instanceof Stop stop) {
      return stopped(stop.reason(), received);
    }
    if (cause instanceof RejectedExecutionException) {
      return stopped(Stop.Reason.SESSION_CLOSED, received);
    }
    return received < 0 ? unanswered(cause) : cutShort(cause, received);
  }

  private ClientException stopped(Stop.Reason reason, int received) {
    return switch (reason) {
      case TIMEOUT ->
          new ClientTimeoutException(
              "%s took longer than its total timeout of %s %s: give it more by withTimeout"
                  .formatted(target, seconds(timeout), progress(received)),
              null);
      case SESSION_CLOSED ->
          new ClientConnectionException(
              "%s was closed while %s was under way: close it after its last response"
                  .formatted(session, target),
              null);
      case RESPONSE_CLOSED ->
          new ClientConnectionException(
              "the response of %s was closed before its body was read: read it inside its block"
                  .formatted(target),
              null);
      case INTERRUPTED ->
          new ClientConnectionException(
              "%s was ended by an interrupt of the thread that waited for it: send it again"
                  .formatted(target),
              null);
    };
  }

  private String progress(int received) {
    return received < 0
        ? "and was not answered"
            + ("https".equals(target.uri().getScheme())
                ? " (does the server speak TLS there?)"
                : "")
        : "while its body was read, of which " + received + " bytes came";
  }

  private static String seconds(@Nullable Duration duration) {
    return duration == null ? "no time" : duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private ClientException unanswered(Throwable cause) {
    String address = target.address();
    return switch (cause) {
      case UnknownHostException _ -> unknownHost(cause);
      case UnresolvedAddressException _ -> unknownHost(cause);
      case SSLException tls -> untrusted(tls);
      case SocketTimeoutException _ -> unreachable("did not answer in time", cause);
      case TimeoutException _ -> unreachable("was not resolved in time", cause);
      case NoRouteToHostException _ -> unreachable("cannot be reached", cause);
      case ConnectException _ -> unreachable("refused the connection", cause);
      case EOFException _ -> disconnected(address, cause);
      case ClosedChannelException _ -> disconnected(address, cause);
      case SocketException _ -> disconnected(address, cause);
      case IOException _ -> disconnected(address, cause);
      case Throwable t when isEarlyEnd(t) -> disconnected(address, cause);
      default ->
          new ClientException(
              "%s was answered by %s with what is no HTTP/1.1 (%s): is the port the right one?"
                  .formatted(target, address, text(cause)),
              cause);
    };
  }

  private ClientConnectorException unknownHost(Throwable cause) {
    return new ClientConnectorException(
        "%s was not sent: the host %s is unknown; check its name, and the name server"
            .formatted(target, target.uri().getHost()),
        cause);
  }

  private ClientConnectorException unreachable(String what, Throwable cause) {
    return new ClientConnectorException(
        "%s was not sent: %s %s (%s); check host and port, and that the server runs"
            .formatted(target, target.address(), what, text(cause)),
        cause);
  }

  private ClientConnectorException untrusted(SSLException cause) {
    return new ClientConnectorException(
        ("%s was not sent: TLS with %s failed (%s); check that its certificate is for that host,"
                + " and give withSslContext a context that trusts who signed it")
            .formatted(target, target.address(), text(cause)),
        cause);
  }

  private ServerDisconnectedException disconnected(String address, Throwable cause) {
    return new ServerDisconnectedException(
        "%s was not answered: %s closed the connection (%s); send it again if that is safe"
            .formatted(target, address, text(cause)),
        cause);
  }

  private ClientPayloadException cutShort(Throwable cause, int received) {
    return new ClientPayloadException(
        "the body of %s broke off after %d bytes (%s); send the request again if that is safe"
            .formatted(target, received, text(cause)),
        cause);
  }

  /** Jetty reports a connection that ends within the headers as a bad message. */
  private static boolean isEarlyEnd(Throwable failure) {
    return root(failure) instanceof HttpException bad && "Early EOF".equals(bad.getReason());
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  /** The words of the innermost cause. */
  private static String text(Throwable failure) {
    Throwable root = root(failure);
    if (root instanceof HttpException bad && bad.getReason() != null) {
      return bad.getReason();
    }
    String message = root.getMessage();
    String name = root.getClass().getSimpleName();
    return message == null ? name : name + ": " + message;
  }
}
