package dev.asyncwith.httpuser;

import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.http.ClientSession;

/** A user's program: it sees what the module exports, and forgets to close its second session. */
public final class Program {
  private Program() {}

  /** Prints what it reads from the URL, and the module that it got the client from. */
  public static void main(String[] urls) throws Exception {
    String text =
        with(ClientSession.create())
            .call(session -> with(session.get(urls[0])).call(response -> response.text()));
    System.out.println(text + " by " + ClientSession.class.getModule());
    ClientSession forgotten = ClientSession.create().open();
    if (forgotten.isClosed()) {
      throw new AssertionError();
    }
  }
}
