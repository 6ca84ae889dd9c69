/** What a user could write instead: a class a rival, an interface a kind of work. */
@NullMarked
package dev.asyncwith.bench.rival;

import org.jspecify.annotations.NullMarked;
