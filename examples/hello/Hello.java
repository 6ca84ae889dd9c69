import static dev.asyncwith.AsyncWith.with;

import dev.asyncwith.AsyncWith;
import dev.asyncwith.files.AsyncFiles;
import java.io.IOException;
import java.nio.file.Path;

// docs: hello
void main() throws IOException, InterruptedException {
  AsyncWith.run(
      () -> {
        var path = Path.of("hello.txt");
        with(AsyncFiles.open(path, "w")).run(file -> file.write("Hello from a closed file.\n"));
        IO.println(with(AsyncFiles.open(path)).call(file -> file.readLine()));
      });
}

// end
