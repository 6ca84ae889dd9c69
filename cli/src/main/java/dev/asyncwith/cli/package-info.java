/**
 * The {@code asyncwith} command.
 *
 * <p>No parameter and no result of this package is {@code null} unless it is marked so.
 */
@NullMarked
package dev.asyncwith.cli;

import org.jspecify.annotations.NullMarked;
