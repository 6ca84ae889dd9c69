/**
 * One small program a system. Each class with a {@code main} is an example; the others are what the
 * examples talk to: a {@link dev.asyncwith.examples.Narrator}, a page's server, a bank.
 *
 * <p>No parameter and no result of this package is {@code null} unless it is marked so.
 */
@NullMarked
package dev.asyncwith.examples;

import org.jspecify.annotations.NullMarked;
