package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.SplitFiles;
import io.wasmchord.model.RandomFiles;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models in several files. */
class SplitModelTest {
  private static final String MODEL = "llama-q4_k_m";

  @TempDir Path folder;

  private static Path whole(String model) {
    return RandomFiles.path(model);
  }

  private List<Path> cut(String model, int parts) throws IOException {
    HeapWeights whole = HeapWeights.read(whole(model));
    byte[] bytes = Files.readAllBytes(whole(model));
    var header = GgufReader.parse(whole.bytes(), whole.size(), whole.name());
    return SplitFiles.write(folder, model, SplitFiles.cut(header, bytes, parts));
  }

  private static String refused(Path path) {
    return assertThrows(
            ChordException.class, () -> LoadedModel.builder(path).threads(1).load().close())
        .getMessage();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anyPartNamesTheWholeModel(int named) throws IOException {
    List<Path> parts = cut(MODEL, 3);
    List<Float> expected = GreedyRun.of(whole(MODEL));
    assertEquals(expected, GreedyRun.of(parts.get(named)));
  }

  @Test
  void aMissingPartIsNamed() throws IOException {
    List<Path> parts = cut(MODEL, 3);
    Files.delete(parts.get(1));
    String message = refused(parts.get(0));
    assertTrue(message.contains(parts.get(1) + " is missing"), message);
    assertTrue(message.contains("3 files"), message);
  }

  @Test
  void aNameThatSaysAnotherNumberThanTheHeaderIsExplained() throws IOException {
    Path first = cut(MODEL, 3).getFirst();
    Path many = Files.copy(first, folder.resolve("m-00001-of-00900.gguf"));
    String message = refused(many);
    assertTrue(message.startsWith(many + ": the name says"), message);
    assertTrue(message.contains("900 files, its header says 3"), message);
    Path more = Files.copy(first, folder.resolve("m-00001-of-99999.gguf"));
    assertTrue(refused(more).contains("99999 files; the most are 1000"), refused(more));
  }

  @Test
  void aPartOfAnotherModelIsNamed() throws IOException {
    List<Path> parts = cut(MODEL, 3);
    List<Path> others = cut("qwen2-q4_k_m", 3);
    Files.copy(others.get(2), parts.get(2), StandardCopyOption.REPLACE_EXISTING);
    String message = refused(parts.get(0));
    assertTrue(message.startsWith(parts.get(2).toString()), message);
    assertTrue(message.contains("of one model together"), message);
  }

  @Test
  void aPartInThePlaceOfAnotherIsNamed() throws IOException {
    List<Path> parts = cut(MODEL, 3);
    Files.copy(parts.get(1), parts.get(0), StandardCopyOption.REPLACE_EXISTING);
    String message = refused(parts.get(0));
    assertTrue(message.contains("it is part 2 of 3"), message);
  }

  @Test
  void aPartWithoutItsNameIsExplained() throws IOException {
    Path renamed = Files.move(cut(MODEL, 3).get(0), folder.resolve("model.gguf"));
    String message = refused(renamed);
    assertTrue(message.contains("one of 3 files"), message);
    assertTrue(message.contains("-00001-of-00003.gguf"), message);
  }

  @Test
  void joinedPartsAreCalledThat() throws IOException {
    Path joined = folder.resolve("model.gguf");
    for (Path part : cut(MODEL, 3)) {
      Files.write(
          joined, Files.readAllBytes(part), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    String message = refused(joined);
    assertTrue(message.contains("holds the 3 files of a split model, joined"), message);
    assertTrue(message.contains("llama-gguf-split --merge"), message);
  }

  @Test
  void theSuffixMayBeInCapitals() throws IOException {
    List<Path> parts = cut(MODEL, 3);
    for (Path part : parts) {
      Files.move(part, Path.of(part.toString().replace(".gguf", ".GGUF")));
    }
    List<Float> expected = GreedyRun.of(whole(MODEL));
    assertEquals(
        expected, GreedyRun.of(Path.of(parts.get(1).toString().replace(".gguf", ".GGUF"))));
  }
}
