package dev.asyncwith;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The scopes on other threads that a cancel of one scope reaches, and the scopes of its own thread
 * that lead to such. Guarded by its monitor, which is never held while another one is taken.
 */
final class Dependents {
  private final Set<CancelScope> scopes = new LinkedHashSet<>();

  synchronized void add(CancelScope scope) {
    scopes.add(scope);
  }

  synchronized void remove(CancelScope scope) {
    scopes.remove(scope);
  }

  private synchronized List<CancelScope> copy() {
    return List.copyOf(scopes);
  }

  void cancelAll(CancelScope.Cancel why) {
    for (CancelScope scope : copy()) {
      scope.cancelFromAbove(why);
    }
  }
}
