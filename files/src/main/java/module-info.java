/** Files for virtual threads, in the shape of aiofiles. */
module dev.asyncwith.files {
  requires static org.jspecify;
  requires transitive dev.asyncwith;
  requires static jdk.jfr; // an event, where the program has it

  exports dev.asyncwith.files;
}
