/** A test kit for code that opens and closes things. */
module dev.asyncwith.testing {
  requires static org.jspecify;
  requires transitive dev.asyncwith;
  requires org.junit.jupiter.api;

  exports dev.asyncwith.testing;
}
