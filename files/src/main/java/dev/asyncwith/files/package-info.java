/** Files. */
@NullMarked
package dev.asyncwith.files;

import org.jspecify.annotations.NullMarked;
