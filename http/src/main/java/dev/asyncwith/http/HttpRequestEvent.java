package dev.asyncwith.http;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import org.jspecify.annotations.Nullable;

/** A request, from its sending to the head of the response. */
@Name("dev.asyncwith.HttpRequest")
@Label("HTTP Request")
@Category({"AsyncWith", "HTTP"})
@Description("A request was sent, and its response's status and headers came, or it failed")
@SuppressWarnings("UnusedVariable") // the recorder reads them
final class HttpRequestEvent extends Event {
  @Label("Method")
  private String method = "";

  @Label("URL")
  @Description("The first URL, without user, query and fragment, which may hold secrets")
  private String url = "";

  @Label("Status")
  @Description("That of the last response; 0 if there was none")
  private int status;

  @Label("Redirects")
  private int redirects;

  @Label("Failure")
  @Description("The class of what it failed with")
  private @Nullable String failure;

  HttpRequestEvent() {
    begin();
  }

  /** The head of the response is there, or it has failed. */
  void end(
      Target target, @Nullable ClientResponse response, int followed, @Nullable Throwable thrown) {
    end();
    if (shouldCommit()) {
      method = target.method();
      url = target.uri().getScheme() + "://" + target.address() + target.uri().getRawPath();
      status = response == null ? 0 : response.status();
      redirects = followed;
      failure = thrown == null ? null : thrown.getClass().getName();
      commit();
    }
  }
}
