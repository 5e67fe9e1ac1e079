package io.wasmchord.model.config;

import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.DerivedGguf;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufType;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The block behind a model's layers that predicts the token after the next one, as a model of one
 * layer: a header of the same file that names it so. It takes the next token and, beside it, the
 * hidden state that the model has made of the tokens before.
 */
public final class NextTokenHead {
  /** Architectures whose block is like a layer, and is given both as all of them do. */
  private static final Set<String> KNOWN =
      Set.of("qwen35", "qwen35moe", "qwen3next", "glm4moe", "deepseek2");

  private static final String SECTIONS = "rope.dimension_sections"; // no array of layers

  private NextTokenHead() {}

  /**
   * The header of the first such block.
   *
   * @throws UnsupportedModelException when the file has none, or this version cannot compute it
   */
  public static GgufFile of(GgufFile file) {
    Metadata m = file.metadata();
    String architecture = m.string("general.architecture");
    String prefix = architecture + ".";
    int next = m.int32(prefix + CheckedKeys.NEXT, 0);
    int layer = m.int32(prefix + CheckedKeys.LAYERS, 0) - next;
    String block = WeightNames.layer(layer, "");
    if (next < 1 || layer < 1 || file.tensor(block + WeightNames.NEXT_PROJECTION) == null) {
      throw new UnsupportedModelException(
          file.fileName()
              + " has no block that predicts further tokens; leave that option out, or choose a"
              + " draft model or a file that kept the block");
    }
    if (!KNOWN.contains(architecture)) {
      throw new UnsupportedModelException(
          file.fileName()
              + ": the block that predicts further tokens is computed for "
              + String.join(", ", KNOWN.stream().sorted().toList())
              + ", not for "
              + architecture
              + "; leave that option out, or choose a draft model");
    }
    return DerivedGguf.of(file, values(m, prefix, layer, next), tensors(file, block));
  }

  /** What the header says of all layers, of this one alone. */
  private static Map<String, GgufValue> values(Metadata m, String prefix, int layer, int next) {
    Map<String, GgufValue> values = new HashMap<>();
    for (String key : m.keys()) {
      if (key.startsWith(prefix) && !key.equals(prefix + SECTIONS)) {
        switch (m.value(key)) {
          case GgufValue.Ints(GgufType type, long[] all) when ofLayers(all.length, layer, next) ->
              values.put(
                  key, new GgufValue.Ints(type, new long[] {all[Math.min(layer, all.length - 1)]}));
          case GgufValue.Reals(GgufType type, double[] all)
              when ofLayers(all.length, layer, next) ->
              values.put(
                  key,
                  new GgufValue.Reals(type, new double[] {all[Math.min(layer, all.length - 1)]}));
          case null, default -> {}
        }
      }
    }
    values.put(prefix + CheckedKeys.LAYERS, number(1));
    values.put(prefix + CheckedKeys.NEXT, number(0));
    values.put(prefix + "leading_dense_block_count", number(0));
    values.put(prefix + "full_attention_interval", number(1)); // it is no recurrent layer
    values.put(
        prefix + "attention.recurrent_layers", new GgufValue.Ints(GgufType.BOOL, new long[] {0}));
    return values;
  }

  private static boolean ofLayers(int entries, int layer, int next) {
    return entries == layer || entries == layer + next;
  }

  private static GgufValue number(int value) {
    return new GgufValue.Int(GgufType.UINT32, value);
  }

  /** The block's tensors as the first layer's, and those outside of layers, or its own for them. */
  private static List<TensorInfo> tensors(GgufFile file, String block) {
    Map<String, TensorInfo> tensors = new HashMap<>();
    for (TensorInfo tensor : file.tensors()) {
      if (!tensor.name().startsWith("blk.")) {
        tensors.put(tensor.name(), tensor);
      }
    }
    for (TensorInfo tensor : file.tensors()) {
      if (tensor.name().startsWith(block)) {
        String name = name(tensor.name().substring(block.length()));
        tensors.put(
            name,
            new TensorInfo(name, tensor.type(), tensor.shape(), tensor.offset(), tensor.bytes()));
      }
    }
    List<TensorInfo> all = new ArrayList<>(tensors.values());
    all.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    return all;
  }

  private static String name(String suffix) {
    return switch (suffix) {
      case "nextn.embed_tokens.weight" -> WeightNames.TOKEN_EMBEDDING;
      case "nextn.shared_head_head.weight" -> WeightNames.OUTPUT;
      case "nextn.shared_head_norm.weight" -> WeightNames.OUTPUT_NORM + ".weight";
      default -> suffix.startsWith("nextn.") ? suffix : WeightNames.layer(0, suffix);
    };
  }
}
