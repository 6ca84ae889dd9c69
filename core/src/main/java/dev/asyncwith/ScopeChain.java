package dev.asyncwith;

import org.jspecify.annotations.Nullable;

/**
 * The scopes that are active on one thread, the innermost first. Only that thread uses it, but for
 * {@link #effective}, which others may ask while it is parked.
 *
 * <p>Most methods speak of the cancelled scopes that are deeper than a mask: those in effect.
 *
 * <p>The context of the thread extends it rather than has it: an object less a thread.
 */
abstract class ScopeChain {
  private @Nullable CancelScope innermost;

  @Nullable CancelScope innermost() {
    return innermost;
  }

  boolean hasNoScope() {
    return innermost == null;
  }

  /** The depth of the innermost scope, 0 if there is none. */
  int depth() {
    return innermost == null ? 0 : innermost.depth();
  }

  /** The depth up to which shielded scopes keep scopes out. */
  int boundary() {
    return innermost == null ? 0 : innermost.boundary();
  }

  boolean isInCooperative() {
    return innermost != null && innermost.isInCooperative();
  }

  void add(CancelScope scope, ThreadContext of) {
    int depth = depth() + 1;
    if (depth > StateWord.MAX_DEPTH) {
      throw new IllegalStateException(
          scope.describe() + " would be the " + depth + "th scope of its thread: leave some first");
    }
    scope.place(of, innermost, depth, of.mask());
    innermost = scope;
  }

  /** Takes a scope off; the one inside it, if there is one, is that of an exit. */
  void remove(CancelScope scope) {
    CancelScope inner = innermost;
    if (inner == scope) {
      innermost = scope.parent();
      return;
    }
    while (inner != null && inner.parent() != scope) {
      inner = inner.parent();
    }
    if (inner != null) {
      inner.parentLeft(scope.parent()); // its depth may stay: depths grow, and may skip
    }
  }

  /** The first scope in effect from one on, outwards. */
  private static @Nullable CancelScope inEffect(@Nullable CancelScope from, int mask) {
    CancelScope scope = from;
    while (scope != null && scope.depth() > mask && !scope.isCancelled()) {
      scope = scope.parent();
    }
    return scope == null || scope.depth() <= mask ? null : scope;
  }

  /** The outermost scope in effect, or null. */
  @Nullable CancelScope effective(int mask) {
    CancelScope found = null;
    for (CancelScope s = inEffect(innermost, mask); s != null; s = inEffect(s.parent(), mask)) {
      found = s;
    }
    return found;
  }

  /** Whether the thread was told of a scope in effect. */
  boolean hasTold(int mask) {
    for (CancelScope s = inEffect(innermost, mask); s != null; s = inEffect(s.parent(), mask)) {
      if (s.isTold()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the thread is still to be told of a scope in effect. */
  boolean hasUntold(int mask) {
    for (CancelScope s = inEffect(innermost, mask); s != null; s = inEffect(s.parent(), mask)) {
      if (s.isUntold()) {
        return true;
      }
    }
    return false;
  }

  /** Notes that the thread was told of the scopes in effect, in a state. */
  void tellAll(int mask, int state) {
    for (CancelScope s = inEffect(innermost, mask); s != null; s = inEffect(s.parent(), mask)) {
      tell(s, state);
    }
  }

  static void tell(CancelScope scope, int state) {
    if (state == StateWord.DELIVERED || state == StateWord.REDELIVERED) {
      scope.tell(); // by an interrupt of ours
    } else {
      scope.tellByForeignInterrupt();
    }
  }

  /** Notes that what told of the scopes in effect is hidden, unseen. */
  void hideAll(int mask) {
    for (CancelScope s = inEffect(innermost, mask); s != null; s = inEffect(s.parent(), mask)) {
      s.hide();
    }
  }

  /** Notes that the scopes in effect are on their way out by a failure. */
  void carry(int mask, Throwable failure) {
    for (CancelScope s = inEffect(innermost, mask); s != null; s = inEffect(s.parent(), mask)) {
      s.carry(failure);
    }
  }

  /** Hides the masked scopes that were on their way out by a failure; tells whether there are. */
  boolean hideMasked(int mask, Throwable failure) {
    boolean found = false;
    for (CancelScope s = innermost; s != null; s = s.parent()) {
      if (s.depth() <= mask && s.isCarriedBy(failure)) {
        s.hide();
        found = true;
      }
    }
    return found;
  }
}
