package io.wasmchord.jvm;

import io.wasmchord.model.JointSequences;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sequences of one batch have the bits that the scalar backend gives each alone, on all backends.
 */
class JointSequencesTest {
  @TempDir private Path folder;

  static List<String> kinds() {
    return JointSequences.KINDS;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void haveTheBitsThatTheyHaveAlone(String kind) throws IOException {
    Path file = TinyFiles.file(kind, 256).write(folder.resolve("tiny.gguf"));
    List<List<float[]>> expected;
    try (LoadedModel loaded = Setup.SCALAR.open(file)) {
      expected = JointSequences.alone(loaded.model());
    }
    for (Setup setup : List.of(Setup.SCALAR, Setup.MAPPED, Setup.REPACKED)) {
      try (LoadedModel loaded = setup.open(file)) {
        JointSequences.assertSame(expected, JointSequences.together(loaded.model()));
      }
    }
  }
}
