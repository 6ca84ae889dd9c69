/** The {@code asyncwith} command. */
module dev.asyncwith.cli {
  requires static org.jspecify;
  requires dev.asyncwith;
  requires dev.asyncwith.examples;
  requires info.picocli;
  requires jdk.jfr;

  opens dev.asyncwith.cli to
      info.picocli;
}
