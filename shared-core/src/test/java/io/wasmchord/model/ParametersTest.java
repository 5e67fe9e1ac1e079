package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.HeapAllocator;
import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.residency.Place;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every number of every tiny model counts: with another value of one key, or another tensor, the
 * file is refused or gives something else.
 */
class ParametersTest {
  private static final int TOKENS = 26;
  private static final double NOTICED = 1e-5;

  /** Why some keys are not noticed; to llama.cpp they say nothing either. */
  private static final Map<String, String> IGNORED_KEYS =
      Map.ofEntries(
          Map.entry("context_length", "how long texts may be"),
          Map.entry("rope.dimension_sections", "text has one position in all sections"),
          Map.entry("rope.scaling.yarn_attn_factor", "does not count, as in llama.cpp"),
          Map.entry("feed_forward_length", "of mixtures, where no layer is anything else"),
          Map.entry("expert_shared_count", "where the file gives the width of all of them"),
          Map.entry("leading_dense_block_count", "where routers tell which layers are mixtures"),
          Map.entry("moe_every_n_layers", "where routers tell which layers are mixtures"),
          Map.entry("attention.layer_norm_epsilon", "of nemotron_h, whose norms have another key"),
          Map.entry("pooling_type", "what is made of hidden states"));

  private static final String CHOOSES_ALL = "an index that chooses all, as no context is longer";
  private static final String ONE_SHIFT = "time mix has one shift in all of its files";

  /** The same for single models. */
  private static final Map<String, String> IGNORED_KEYS_OF =
      Map.ofEntries(
          Map.entry("glm-dsa: attention.indexer.head_count", CHOOSES_ALL),
          Map.entry("glm-dsa: attention.indexer.key_length", CHOOSES_ALL),
          Map.entry("glm-dsa: attention.indexer.top_k", CHOOSES_ALL),
          Map.entry("deepseek32: attention.indexer.head_count", CHOOSES_ALL),
          Map.entry("deepseek32: attention.indexer.key_length", CHOOSES_ALL),
          Map.entry("deepseek32: attention.indexer.top_k", CHOOSES_ALL),
          Map.entry("hy_v4: attention.indexer.head_count", CHOOSES_ALL),
          Map.entry("hy_v4: attention.indexer.key_length", CHOOSES_ALL),
          Map.entry("hy_v4: attention.indexer.top_k", CHOOSES_ALL),
          Map.entry("hy_v4: attention.indexer.types", CHOOSES_ALL),
          Map.entry("dots3note: attention.indexer.head_count", CHOOSES_ALL),
          Map.entry("dots3note: attention.indexer.key_length", CHOOSES_ALL),
          Map.entry("dots3note: attention.indexer.top_k", CHOOSES_ALL),
          Map.entry("dots3note: attention.indexer.types", CHOOSES_ALL),
          Map.entry("minimax-m3: attention.indexer.head_count", CHOOSES_ALL),
          Map.entry("minimax-m3: attention.indexer.key_length", CHOOSES_ALL),
          Map.entry("minimax-m3: attention.indexer.block_size", CHOOSES_ALL),
          Map.entry("minimax-m3: attention.indexer.local_blocks", CHOOSES_ALL),
          Map.entry("hrm_text: hrm.prefix_lm", "prompts see no further, as in llama.cpp"),
          Map.entry("grok: router_logit_softcapping", "does not count, as in llama.cpp"),
          Map.entry("muse-glimmer: rope.scaling.factor", "layers with windows are not scaled"),
          Map.entry("rwkv6qwen2: attention.head_count", "wkv.head_size tells it"),
          Map.entry("rwkv6qwen2: token_shift_count", ONE_SHIFT),
          Map.entry("rwkv6qwen2 with fewer keys: attention.head_count", "wkv.head_size tells it"),
          Map.entry("rwkv6qwen2 with fewer keys: token_shift_count", ONE_SHIFT),
          Map.entry("arwkv7: attention.head_count", "wkv.head_size tells it"),
          Map.entry("arwkv7: token_shift_count", ONE_SHIFT),
          Map.entry(
              "arwkv7 without gates and norms: attention.head_count", "wkv.head_size tells it"),
          Map.entry("arwkv7 without gates and norms: token_shift_count", ONE_SHIFT),
          Map.entry("smallthinker, windows of 4096: attention.sliding_window", "of short texts"));

  /** Why some tensors are not noticed. */
  private static final Map<String, String> IGNORED_TENSORS =
      Map.of(
          "rope_factors_long.weight", "of short contexts",
          "rope_factors_short.weight", "of long contexts",
          "time_mix_v0.weight", "of rwkv7's first layer, which gives the values to mix with",
          "time_mix_v1.weight", "the same",
          "time_mix_v2.weight", "the same",
          "attn_k.bias", "without rope, adds as much to every score of a query",
          "attn_k_norm.bias", "the same",
          "output.weight", "of a decoder that makes vectors");

  /** A tiny model of either kind. */
  record Case(String name, TinyModel model, int cells) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.concat(
        TinyDecoders.all().stream().map(t -> new Case(t.name, t.model, t.cache)),
        TinyEncoders.all().stream().map(t -> new Case(t.name(), t.model(), Tiny.CONTEXT)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyKeyCounts(Case tiny) {
    float[] usual = result(tiny.model, tiny.cells);
    List<String> ignored = new ArrayList<>();
    for (String key : List.copyOf(tiny.model.keys())) {
      String prefix = architecture(tiny.model) + ".";
      if ((key.startsWith(prefix) || key.startsWith("xielu."))
          && others(tiny.model.value(key)).stream()
              .noneMatch(other -> notices(usual, tiny.model.copy().meta(key, other), tiny))) {
        ignored.add(key.replace(prefix, ""));
      }
    }
    ignored.removeAll(IGNORED_KEYS.keySet());
    ignored.removeIf(key -> IGNORED_KEYS_OF.containsKey(tiny.name + ": " + key));
    assertEquals(List.of(), ignored);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyTensorCounts(Case tiny) {
    float[] usual = result(tiny.model, tiny.cells);
    Set<String> skipped = skipped(tiny.model);
    Map<String, String> chosen = new LinkedHashMap<>(); // of each name, the last layer's
    List<String> names = new ArrayList<>();
    for (String name : tiny.model.names()) {
      if (!skipped.contains(name)) {
        if (chosen.put(name.replaceFirst("blk\\.\\d+", "blk"), name) == null) {
          names.add(name); // and the first layer's
        }
      }
    }
    chosen.values().stream().filter(name -> !names.contains(name)).forEach(names::add);
    List<String> ignored =
        names.stream()
            .filter(name -> !notices(usual, changed(tiny.model, name), tiny))
            .filter(name -> !IGNORED_TENSORS.containsKey(name.replaceFirst("blk\\.\\d+\\.", "")))
            .toList();
    assertEquals(List.of(), ignored);
  }

  private static Set<String> skipped(TinyModel model) {
    GgufFile file = TinyModel.header(model.source());
    Residency residency = Residency.of(file);
    return file.tensors().stream()
        .filter(tensor -> residency.place(tensor) instanceof Place.Skipped)
        .map(tensor -> tensor.name())
        .collect(Collectors.toSet());
  }

  private static String architecture(TinyModel model) {
    return ((GgufValue.Text) model.value("general.architecture")).value();
  }

  private static boolean notices(float[] usual, TinyModel mutant, Case tiny) {
    float[] other;
    try {
      other = result(mutant, tiny.cells);
    } catch (ChordException refused) {
      return true;
    }
    for (int i = 0; i < usual.length; i++) {
      if (!(Math.abs(usual[i] - other[i]) <= NOTICED)) {
        return true;
      }
    }
    return false;
  }

  /** Values that are more and less, by little and by much: what is rounded notices one of them. */
  private static List<GgufValue> others(GgufValue value) {
    return switch (value) {
      case GgufValue.Int v ->
          LongStream.of(v.value() + 1, 2 * v.value(), v.value() / 16, 16 * v.value())
              .filter(other -> other != v.value())
              .<GgufValue>mapToObj(other -> new GgufValue.Int(v.type(), other))
              .toList();
      case GgufValue.Real v ->
          DoubleStream.of(1.5 * v.value() + 0.25, 8 * v.value(), v.value() / 8, v.value() / 256)
              .<GgufValue>mapToObj(other -> new GgufValue.Real(v.type(), other))
              .toList();
      case GgufValue.Bool v -> List.of(new GgufValue.Bool(!v.value()));
      case GgufValue.Text v ->
          List.of(new GgufValue.Text(v.value().equals("linear") ? "yarn" : "linear"));
      case GgufValue.Ints v -> {
        long[] values = v.values().clone();
        values[0] = values[0] == 1 ? 0 : values[0] + 1; // a flag, or a number
        yield List.of(new GgufValue.Ints(v.element(), values));
      }
      case GgufValue.Reals v ->
          List.of(
              new GgufValue.Reals(
                  v.element(), Arrays.stream(v.values()).map(x -> 1.5 * x + 0.25).toArray()));
      default -> throw new IllegalStateException(value.toString());
    };
  }

  /** Every value of the tensor is another, and none in proportion. */
  private static TinyModel changed(TinyModel model, String name) {
    float[] values = model.tensor(name).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] * (i % 2 == 0 ? -1.5f : 2.5f) + 0.0625f;
    }
    return model
        .copy()
        .values(name, values, model.shape(name).stream().mapToLong(n -> n).toArray());
  }

  /** Logits of every position, or an encoder's hidden states. */
  private static float[] result(TinyModel tiny, int cells) {
    HeapWeights source = tiny.source();
    ScalarBackend backend = new ScalarBackend(new HeapAllocator(), Parallel.SINGLE);
    int[] ids = new int[TOKENS];
    Arrays.setAll(ids, i -> (i * i * 7 + 3 * i + 1) % 40);
    try (Model model =
        ModelLoader.load(TinyModel.header(source), source, backend, TOKENS, RunControl.NONE)) {
      if (!model.config().encoder()) {
        KvCache cache = model.newCache(cells, KvType.F32);
        return model.forward(ids, 0, cache, Model.Wanted.ALL);
      }
      int words = model.config().vocabulary();
      int[] known = Arrays.stream(ids).map(id -> id % words).toArray();
      Encoding encoding = model.encode(known, model.newCache(cells, KvType.F32));
      while (encoding.step()) {}
      return model.projected(encoding.rows());
    }
  }
}
