package io.wasmchord.web.build;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the compiler's libraries must not bring along. */
class ClassPathTest {
  @ParameterizedTest
  @ValueSource(strings = {"org.mozilla.javascript.Context", "org.teavm.rhino.javascript.Context"})
  void rhinoIsNotHere(String name) {
    assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
  }
}
