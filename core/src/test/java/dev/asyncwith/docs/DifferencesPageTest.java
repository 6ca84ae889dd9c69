package dev.asyncwith.docs;

import org.junit.jupiter.api.Test;

/** What docs/differences-from-python.md says of Java is what the tests beside this one run. */
class DifferencesPageTest {
  @Test
  void everyDifferenceIsCompiledAndRun() {
    Docs.assertCodeIsCompiled("differences-from-python.md", 54);
  }
}
