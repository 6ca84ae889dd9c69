package dev.asyncwith.recipes;

import dev.asyncwith.docs.Docs;
import org.junit.jupiter.api.Test;

/** What docs/recipes.md shows is what the tests beside this one run. */
class RecipesPageTest {
  @Test
  void everyRecipeIsCompiledAndRun() {
    Docs.assertCodeIsCompiled("recipes.md", 14);
  }
}
