package dev.asyncwith.bench;

import java.util.Map;

/** What one measurement gave. */
record Sample(Map<Figure, Double> figures) {

  double get(Figure figure) {
    Double found = figures.get(figure);
    if (found == null) {
      throw new IllegalArgumentException(figure + " was not measured, but " + figures.keySet());
    }
    return found;
  }
}
