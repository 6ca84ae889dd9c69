/** The resource protocol of {@code async with}: managers, blocks, exit stacks, tasks and locks. */
module dev.asyncwith {
  requires static org.jspecify;

  exports dev.asyncwith;
}
