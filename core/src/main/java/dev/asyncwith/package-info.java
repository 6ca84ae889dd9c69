/**
 * Python's {@code async with} for Java: asynchronous context managers, and what Python builds on
 * them, on virtual threads.
 *
 * <p>No parameter and no result of this package is {@code null} unless it is marked so; passing
 * {@code null} elsewhere throws {@link NullPointerException} that names the parameter.
 */
@NullMarked
package dev.asyncwith;

import org.jspecify.annotations.NullMarked;
