package dev.asyncwith.bench;

/**
 * What a row compares, and what it must not pass.
 *
 * @param measure what is compared
 * @param limit the most that is allowed
 * @param strict whether the limit itself is too much
 * @param text how the table says it
 */
record Goal(Measure measure, double limit, boolean strict, String text) {

  /** What a row compares. */
  enum Measure {
    /** Ours by theirs. */
    RATIO,
    /** Ours without theirs. */
    DIFFERENCE,
    /** Ours alone. */
    OURS;

    double of(double ours, double theirs) {
      return switch (this) {
        case RATIO -> ours / theirs;
        case DIFFERENCE -> ours - theirs;
        case OURS -> ours;
      };
    }
  }

  /** A ratio that is shown, and not judged. */
  static final Goal NONE = new Goal(Measure.RATIO, Double.POSITIVE_INFINITY, false, "-");

  /** Less than theirs. */
  static final Goal AHEAD = new Goal(Measure.RATIO, 1, true, "< 1");

  /** Nothing at all; the profiler's own share is below half a byte. */
  static final Goal NOTHING = new Goal(Measure.OURS, 0.5, true, "0");

  /** So many times theirs at most. */
  static Goal times(double limit) {
    return new Goal(Measure.RATIO, limit, false, "<= " + shortest(limit) + "x");
  }

  /** So much more than theirs at most. */
  static Goal more(double limit) {
    return new Goal(Measure.DIFFERENCE, limit, false, "<= +" + shortest(limit));
  }

  /** So much at most. */
  static Goal atMost(double limit) {
    return new Goal(Measure.OURS, limit, false, "<= " + shortest(limit));
  }

  private static String shortest(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  boolean isNone() {
    return limit == Double.POSITIVE_INFINITY;
  }

  /** What an interval says of it. */
  Verdict verdict(Interval interval) {
    if (isNone()) {
      return Verdict.NONE;
    }
    if (meets(interval.high())) {
      return Verdict.HELD;
    }
    return meets(interval.low()) ? Verdict.IN_DOUBT : Verdict.MISSED;
  }

  private boolean meets(double value) {
    return strict ? value < limit : value <= limit;
  }

  /** Whether a goal holds. */
  enum Verdict {
    /** The whole interval meets it. */
    HELD("yes"),
    /** None of the interval does. */
    MISSED("no"),
    /** The interval contains the goal. */
    IN_DOUBT("in doubt"),
    /** Somebody could not be measured. */
    MISSING("missing"),
    /** There is no goal. */
    NONE("-");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
