/** JMH comparisons of the core with what a user would write by hand. */
@NullMarked
package dev.asyncwith.bench;

import org.jspecify.annotations.NullMarked;
