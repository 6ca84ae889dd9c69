/**
 * Rivals that need {@code --enable-preview}: compiled with it, and loaded only in processes that
 * have it.
 */
package dev.asyncwith.bench.preview;
