/** The resource protocol of {@code async with}: managers, blocks, exit stacks, tasks and locks. */
module dev.asyncwith {
  requires static org.jspecify;
  requires jdk.unsupported; // sun.misc.Signal; static would leave it out of modular programs
  requires static java.management; // an MBean, where the program has it
  requires static jdk.jfr; // events, where the program has it

  exports dev.asyncwith;
}
