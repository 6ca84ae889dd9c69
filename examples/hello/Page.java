import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncLock;
import dev.asyncwith.AsyncWith;
import dev.asyncwith.files.AsyncFiles;
import dev.asyncwith.http.ClientSession;
import java.io.IOException;
import java.nio.file.Path;

final AsyncLock lock = AsyncLock.create();

// docs: page
String page(ClientSession session, String url) throws IOException, InterruptedException {
  return with(session.get(url)).call(response -> response.text());
}

void main(String[] args) throws IOException, InterruptedException {
  AsyncWith.run(
      () ->
          with(ClientSession.create())
              .and(AsyncFiles.open(Path.of("page.html"), "w"))
              .and(lock)
              .run((session, file) -> file.write(page(session, args[0]))));
}

// end
