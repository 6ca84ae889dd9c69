package dev.asyncwith.docs;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The code of the READMEs is that of the programs in examples/hello, which the tests run. */
class ReadmeTest {
  @ParameterizedTest
  @ValueSource(strings = {"../README.md", "../README.ja.md"})
  void everyBlockOfCodeIsCompiledAndRun(String page) {
    Docs.assertCodeIsCompiled(page, 3);
  }
}
