package dev.asyncwith;

/**
 * The state of a thread that has cancel scopes, as one word of (version, mask, cooperative, state)
 * that is changed by compare-and-set in {@link ThreadContext}.
 *
 * <p>A canceller marks the scope, and then wakes the thread as its state says:
 *
 * <pre>
 * state        a set interrupt flag is   the thread
 * RUNNING      foreign                   was sent nothing by us
 * ATTENDING    known to the thread       is in the library, and looks at the marks before it goes on
 * CANCELLING   unknown                   is being told by a sender, which alone ends this
 * DELIVERED    ours, but foreign if an InterruptedException is on its way out: that was ours
 * SEEN         foreign, but ours if      has had our interrupt, or an exception of a library call
 *              such an exception comes wrapped: who wraps it sets the flag in its place
 * REDELIVERED  ours                      has had one of ours before the one that was sent last
 *
 * from          to           by
 * all but       ATTENDING    owner: a wait begins, or something that clears or sets the flag
 *   CANCELLING
 * ATTENDING     as it was    owner: a wait ends, a leave with a cancel around it, a flag that was set
 *                            when the thread was to be told
 * ATTENDING     SEEN         owner: a call throws for a cancel; a scope eats an InterruptedException
 *                            while one around it is cancelled; an InterruptedException is given back
 *                            to a flag that is set
 * ATTENDING     RUNNING      owner: the last scope in effect is left; a shield or an exit begins
 * ATTENDING     DELIVERED    owner: tells itself, if it was RUNNING; else REDELIVERED
 * ATTENDING     REDELIVERED  owner: gives an InterruptedException of ours back
 * RUNNING       RUNNING      owner: a leave that nothing was sent to; a shield or an exit begins that
 *                            hides more than before
 * RUNNING, SEEN as it was    owner: an exit ends, to what it was when that began
 *   (RE)DELIVERED            owner: the same; what was sent in an exit for a scope that is still open
 *                            stays ours, REDELIVERED if one was seen before
 * all but the   CANCELLING   sender
 *   two in it
 * CANCELLING    as it was    sender: the flag is set, which tells as well
 * CANCELLING    DELIVERED    sender: it was RUNNING; else REDELIVERED
 * </pre>
 *
 * An owner that meets CANCELLING parks until the sender is done. A sender that meets ATTENDING
 * unparks the thread and goes: the owner tells itself of what was marked meanwhile ({@link
 * ThreadContext#rearm}) before it goes on. So the one who clears or sets the flag for the library,
 * or tells a scope, is alone in that, and knows what a set flag is. Every change bumps the version:
 * a sender reads the word, then whether the scope was left, then compares and sets, so it cannot
 * interrupt for a scope that was left meanwhile. ThreadContextTest names the cells.
 *
 * <p>The mask is the depth of the scopes that do not reach the thread now: all those that were
 * there when the innermost exit or shielded scope began. It is a depth and not a counter, so scopes
 * that are opened inside an exit work.
 */
final class StateWord {
  static final int RUNNING = 0;
  static final int ATTENDING = 1;
  static final int CANCELLING = 2;
  static final int DELIVERED = 3;
  static final int SEEN = 4;
  static final int REDELIVERED = 5;

  private static final int STATE_BITS = 3;
  private static final long COOPERATIVE = 1L << STATE_BITS;
  private static final int MASK_SHIFT = STATE_BITS + 1;
  private static final int MASK_BITS = 20;
  private static final int VERSION_SHIFT = MASK_SHIFT + MASK_BITS;
  static final int MAX_DEPTH = (1 << MASK_BITS) - 1;

  private StateWord() {}

  static int state(long word) {
    return (int) word & ((1 << STATE_BITS) - 1);
  }

  static int mask(long word) {
    return (int) (word >>> MASK_SHIFT) & MAX_DEPTH;
  }

  static boolean cooperative(long word) {
    return (word & COOPERATIVE) != 0;
  }

  /** The word that follows: the next version with this state, all else kept. */
  static long next(long word, int state) {
    return (word & -(1L << STATE_BITS)) + (1L << VERSION_SHIFT) | state;
  }

  /** The word that follows, with all its parts. */
  static long next(long word, int mask, boolean cooperative, int state) {
    long version = (word >>> VERSION_SHIFT) + 1;
    return version << VERSION_SHIFT
        | (long) mask << MASK_SHIFT
        | (cooperative ? COOPERATIVE : 0)
        | state;
  }

  /** Whether two words differ in nothing but the version. */
  static boolean isSame(long word, long other) {
    return ((word ^ other) & ((1L << VERSION_SHIFT) - 1)) == 0;
  }

  /** The state after an interrupt of ours was sent. */
  static int afterOurs(int state) {
    return state == RUNNING ? DELIVERED : REDELIVERED;
  }
}
