/** What takes nanoseconds to microseconds: JMH's benchmarks, a class a kind of work. */
@NullMarked
package dev.asyncwith.bench.jmh;

import org.jspecify.annotations.NullMarked;
