package dev.asyncwith.docs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/testing.md shows is what the tests run. */
@Timeout(60)
class TestingPageTest {
  @Test
  void allCodeIsCompiledAndRun() {
    Docs.assertCodeIsCompiled("testing.md", 6);
  }
}
