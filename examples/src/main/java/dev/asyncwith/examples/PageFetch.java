package dev.asyncwith.examples;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.http.ClientSession;
import java.io.IOException;
import java.net.URI;

/** A page over HTTP: the session and its response are both closed by their blocks. */
public final class PageFetch {
  public static String run(URI url, Narrator out) throws IOException, InterruptedException {
    return with(out.watch("session", ClientSession.create()))
        .call(
            session ->
                with(out.watch("response", session.get(url)))
                    .call(
                        response -> {
                          String page = response.raiseForStatus().text();
                          out.say("status {0}, {1} characters", response.status(), page.length());
                          return out.work(100, page);
                        }));
  }

  static void main() throws IOException, InterruptedException {
    var server = PageServer.start();
    AsyncWith.run(() -> with(server).run(s -> IO.print(run(s.url(), Narrator.console()))));
  }
}
