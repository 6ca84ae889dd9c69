/** A test kit for code that opens and closes things. */
module dev.asyncwith.testing {
  requires static org.jspecify;
  requires transitive dev.asyncwith;
  requires transitive org.junit.jupiter.api;
  requires static jdk.management; // a dump of the threads, where the program has it

  exports dev.asyncwith.testing;

  provides org.junit.jupiter.api.extension.Extension with
      dev.asyncwith.testing.LeakCheckExtension;
}
