package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.GgufWriter;
import io.wasmchord.host.RunControl;
import io.wasmchord.tokenizer.pretokenizer.PreTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small vocabularies against llama.cpp: the ids that it gives texts, with and without special
 * tokens, what text it makes of these ids, and which tokens end generation there. The records'
 * heads say with which version and how; {@link #main} writes the files.
 */
class LlamaCppTokensTest {
  private static final String RECORD = "/tokenizer/llama-cpp.tsv";
  private static final String CUTS = "/tokenizer/llama-cpp-cuts.tsv";

  private static List<String> texts() {
    List<String> texts = new ArrayList<>(SmallVocabularies.TEXTS);
    texts.addAll(SmallVocabularies.SPECIAL);
    return texts;
  }

  private static List<String[]> record(String name) {
    try (InputStream in = LlamaCppTokensTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> vocabularies() {
    return List.copyOf(SmallVocabularies.all().keySet());
  }

  /** Llama.cpp composes no text. */
  private static Tokenizer tokenizer(Map<String, GgufValue> values) {
    return Tokenizers.of(VocabularyMutations.metadata(values), Normalization.NONE, RunControl.NONE);
  }

  private static String list(int... ids) {
    return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  /** Llama.cpp's text of tokens, as the record has it: equals stands for the text itself. */
  private static String decoded(Tokenizer t, int[] ids, boolean special, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(t.bytes(id, special));
    }
    boolean same = Arrays.equals(bytes.toByteArray(), text.getBytes(StandardCharsets.UTF_8));
    return same ? "=" : HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** Where llama.cpp makes control tokens of plain text, which this runtime does not. */
  private static boolean plainTextIsControl(Tokenizer t, String name, String text) {
    return (name.equals("rwkv") || name.equals("plamo2"))
        && IntStream.range(0, text.length()).anyMatch(i -> t.controlAt(text, i) >= 0);
  }

  private static void compare(String recorded, String ours, String text) {
    if (!recorded.equals("-")) {
      assertEquals(recorded, ours, text);
    }
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void givesTheTokensOfLlamaCpp(String name) {
    Tokenizer t = tokenizer(SmallVocabularies.all().get(name));
    List<String> texts = texts();
    int compared = 0;
    for (String[] line : record(RECORD)) {
      if (!line[0].equals(name)) {
        continue;
      }
      if (line[1].equals("ends")) {
        assertEquals(
            line[2], list(IntStream.range(0, t.size()).filter(t::isEndOfGeneration).toArray()));
        continue;
      }
      String text = texts.get(Integer.parseInt(line[1]));
      int[] special = t.encode(text, true, true);
      if (!plainTextIsControl(t, name, text)) {
        compare(line[2], list(t.encode(text, false, false)), text);
      }
      compare(line[3], list(special), text);
      compare(line[4], decoded(t, special, false, text), text);
      compare(line[5], decoded(t, special, true, text), text);
      compared++;
    }
    assertEquals(texts.size(), compared);
  }

  @ParameterizedTest
  @MethodSource("vocabularies")
  void streamsTheTextThatItDecodes(String name) {
    Tokenizer t = tokenizer(SmallVocabularies.all().get(name));
    for (String text : texts()) {
      int[] ids = t.encode(text, true, true);
      Utf8Stream stream = new Utf8Stream();
      StringBuilder streamed = new StringBuilder();
      for (int id : ids) {
        streamed.append(stream.push(t.bytes(id, true)));
      }
      streamed.append(stream.flush());
      String decoded = t.decode(ids, true);
      assertTrue(decoded.contentEquals(streamed) || (" " + decoded).contentEquals(streamed), text);
    }
  }

  static List<String> preTokenizers() {
    return PreTokenizer.names().stream()
        .filter(name -> PreTokenizer.named(name).spelling() == PreTokenizer.Spelling.BYTES)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("preTokenizers")
  void cutsAsLlamaCpp(String pre) {
    Tokenizer t = tokenizer(SmallVocabularies.bytes("gpt2", pre).done());
    List<String> texts = texts();
    String[] line = record(CUTS).stream().filter(l -> l[0].equals(pre)).findFirst().orElseThrow();
    for (int i = 0; i < texts.size(); i++) {
      String ids = list(t.encode(texts.get(i), false, false));
      compare(line[i + 1], crc(ids), ids);
    }
  }

  private static String crc(String ids) {
    CRC32 crc = new CRC32();
    crc.update(ids.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  @Test
  void knowsEveryNameThatLlamaCppKnows() {
    List<String> recorded =
        Stream.concat(
                record(CUTS).stream().map(line -> line[0]),
                Stream.of("gemma4", "granite-embed-multi-311m", "sarvam-moe", "whitespace"))
            .sorted()
            .toList();
    assertEquals(recorded, PreTokenizer.names());
  }

  /** Writes the files that the records are of, and texts in hexadecimal, into a folder. */
  public static void main(String[] folder) throws IOException {
    Map<String, Map<String, GgufValue>> all = new LinkedHashMap<>(SmallVocabularies.all());
    for (String pre : preTokenizers()) {
      all.put("pre-" + pre, SmallVocabularies.bytes("gpt2", pre).done());
    }
    for (Map.Entry<String, Map<String, GgufValue>> vocabulary : all.entrySet()) {
      GgufWriter writer = new GgufWriter(32);
      writer.put("general.architecture", new GgufValue.Text("llama"));
      vocabulary.getValue().forEach((key, value) -> writer.put("tokenizer.ggml." + key, value));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      writer.writeTo(out::write);
      Files.write(Path.of(folder[0], vocabulary.getKey() + ".gguf"), out.toByteArray());
    }
    Files.write(
        Path.of(folder[0], "texts.hex"),
        texts().stream()
            .map(text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)))
            .toList());
  }
}
