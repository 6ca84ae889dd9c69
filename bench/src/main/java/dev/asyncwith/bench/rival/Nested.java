package dev.asyncwith.bench.rival;

/** Blocks in blocks, which close in reverse order; the body adds as that of {@link Block} does. */
public interface Nested extends Block {

  /** Two resources. */
  int two(Resource a, Resource b, int number) throws Exception;

  /** Three resources. */
  int three(Resource a, Resource b, Resource c, int number) throws Exception;

  /** Four resources. */
  int four(Resource a, Resource b, Resource c, Resource d, int number) throws Exception;
}
