package io.wasmchord.model;

import io.wasmchord.weights.HeapWeights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The tiny models as files, for tests of other modules. */
public final class TinyFiles {
  private TinyFiles() {}

  /** All models, by name; made once, as there are many. Nobody changes them here. */
  private static final class Made {
    private static final Map<String, TinyModel> DECODERS =
        byName(TinyDecoders.all(), t -> t.name, t -> t.model);
    private static final Map<String, TinyModel> ENCODERS =
        byName(TinyEncoders.all(), TinyEncoders::name, TinyEncoders::model);

    private static final Map<String, TinyModel> STACKS =
        byName(TinyStacks.all(), TinyStacks::name, TinyStacks::model);
    private static final List<TinyModel> ALL =
        Stream.of(DECODERS, ENCODERS, STACKS).flatMap(m -> m.values().stream()).toList();

    private static <T> Map<String, TinyModel> byName(
        List<T> all, Function<T, String> name, Function<T, TinyModel> model) {
      Map<String, TinyModel> models = new LinkedHashMap<>();
      all.forEach(one -> models.put(name.apply(one), model.apply(one)));
      return models;
    }
  }

  /** One name for each architecture and feature. */
  public static List<String> names() {
    return List.copyOf(Made.DECODERS.keySet());
  }

  /** The file called {@code name}. */
  public static HeapWeights file(String name) {
    return model(name).source();
  }

  /** A file with other metadata or tensors than it should have, the same for the same seed. */
  public static HeapWeights mutant(int seed) {
    TinyModel model = Made.ALL.get(seed % Made.ALL.size());
    return ModelMutations.of(model, new Random(seed)).source();
  }

  /** The same file for sequences of up to {@code context} tokens. */
  public static HeapWeights file(String name, int context) {
    TinyModel model = model(name).copy().put("context_length", context);
    String positions = "position_embd.weight";
    if (model.has(positions)) {
      model.matrix(positions, model.shape(positions).getFirst(), context);
    }
    return model.source();
  }

  private static TinyModel model(String name) {
    TinyModel decoder = Made.DECODERS.get(name);
    return decoder == null ? Objects.requireNonNull(Made.STACKS.get(name), name) : decoder;
  }

  /** A llama whose rows have 30 values and whose heads have 6, which no vector divides. */
  public static HeapWeights narrow() {
    Tiny tiny = new Tiny("narrow", "llama");
    tiny.plain.hidden = 30;
    tiny.plain.heads = 5;
    tiny.plain.kvHeads = 5;
    tiny.plain.headDim = 6;
    tiny.plain.ropeDim = 6;
    tiny.plain.feedForward = 50;
    return tiny.fill().model.source();
  }

  /** One name for each kind of encoder. */
  public static List<String> encoders() {
    return List.copyOf(Made.ENCODERS.keySet());
  }

  /** One name for each kind of encoder-decoder. */
  public static List<String> encoderDecoders() {
    return TinyStacks.decoders().stream().map(TinyStacks::name).toList();
  }

  /** One name for each kind of encoder that is an encoder-decoder's, with its vocabulary. */
  public static List<String> encodersAlone() {
    return TinyStacks.encoders().stream().map(TinyStacks::name).toList();
  }

  /** One name for each kind of classifier and reranker. */
  public static List<String> classifiers() {
    return TinyClassifiers.all().stream().map(TinyClassifiers::name).toList();
  }

  /** The classifier or reranker called {@code name}. */
  public static HeapWeights classifier(String name) {
    return TinyClassifiers.named(name).model().source();
  }

  /** The encoder called {@code name}, which knows {@link #text}'s words. */
  public static HeapWeights encoder(String name) {
    return Objects.requireNonNull(Made.ENCODERS.get(name), name).source();
  }

  /** A text of so many words, each of which is a token. */
  public static String text(int words) {
    List<String> all =
        TinyEncoders.PIECES.stream()
            .filter(p -> !p.startsWith("[") && !p.startsWith("##"))
            .toList();
    return IntStream.range(0, words)
        .mapToObj(i -> all.get((i * i + 3 * i) % all.size()))
        .collect(Collectors.joining(" "));
  }
}
