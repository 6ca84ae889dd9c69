/** Files for virtual threads, in the shape of aiofiles. */
module dev.asyncwith.files {
  requires static org.jspecify;
  requires transitive dev.asyncwith;

  exports dev.asyncwith.files;
}
