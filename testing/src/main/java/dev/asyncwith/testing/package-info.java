/**
 * A test kit for code that opens and closes things.
 *
 * <p>No parameter and no result of this package is {@code null} unless it is marked so.
 */
@NullMarked
package dev.asyncwith.testing;

import org.jspecify.annotations.NullMarked;
