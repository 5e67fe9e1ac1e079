package io.wasmchord.model;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.model.transformer.ModelLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tiny models with rows of 256 values, as many as a block of a k-quant has. Heads, experts and
 * widths of other kinds stay what they are: the loader says which shape each tensor must have then.
 */
final class WideModels {
  private static final int BLOCK = 256;
  private static final Pattern MISSHAPEN =
      Pattern.compile("tensor (\\S+) is .*; the metadata call for \\[(\\d+), (\\d+)]");

  private final TinyModel model;
  private final String architecture;
  private final Set<String> told = new HashSet<>(); // tensors whose shape was asked for

  private WideModels(TinyModel model) {
    this.model = model;
    this.architecture = ((GgufValue.Text) model.value("general.architecture")).value();
  }

  /** Such a model, whose values are drawn from those of the narrow one. */
  static TinyModel of(TinyModel narrow) {
    WideModels wide = new WideModels(narrow.copy());
    wide.dropLastBlocks();
    wide.widen();
    wide.reshape();
    wide.widenIndexes(narrow);
    return wide.model;
  }

  /** The matrices of indexes, which only llama.cpp looks at. */
  private void widenIndexes(TinyModel narrow) {
    long hidden = narrow.shape("token_embd.weight").getFirst();
    long wide = model.shape("token_embd.weight").getFirst();
    for (String name : narrow.names()) {
      List<Long> shape = narrow.shape(name);
      if (name.contains(".indexer.") && shape.size() == 2 && shape.getFirst() == hidden) {
        model.values(name, drawn(name, hidden, wide, shape.get(1)), wide, shape.get(1));
      }
    }
  }

  /** Heads stay as wide as they are: where their number follows from a row's, there are more. */
  private void widen() {
    int hidden = (int) numbers("embedding_length")[0];
    int factor = BLOCK / Math.min(BLOCK, Integer.lowestOneBit(hidden));
    List<String> keys =
        new ArrayList<>(List.of("embedding_length", "ssm.inner_size", "ssm.time_step_rank"));
    if (!has("attention.key_length")) {
      keys.addAll(List.of("attention.head_count", "attention.head_count_kv"));
    }
    keys.stream().filter(this::has).forEach(key -> multiply(key, factor));
  }

  /** Without the blocks that predict further tokens: nothing says how wide their tensors are. */
  private void dropLastBlocks() {
    if (has("nextn_predict_layers")) {
      int layers = (int) (numbers("block_count")[0] - numbers("nextn_predict_layers")[0]);
      for (long block = layers; block < numbers("block_count")[0]; block++) {
        model.without("blk." + block + ".");
      }
      for (String key : List.copyOf(model.keys())) {
        if (model.value(key) instanceof GgufValue.Ints ofLayers
            && ofLayers.values().length == numbers("block_count")[0]) {
          model.meta(
              key,
              new GgufValue.Ints(ofLayers.element(), Arrays.copyOf(ofLayers.values(), layers)));
        }
      }
      model.put("block_count", layers).remove("nextn_predict_layers");
    }
  }

  private boolean has(String key) {
    return model.value(architecture + "." + key) != null;
  }

  private void multiply(String key, int factor) {
    long[] values = numbers(key);
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    if (values.length == 1) {
      model.put(key, (int) values[0]);
    } else {
      model.putAll(key, values);
    }
  }

  private long[] numbers(String key) {
    return switch (model.value(architecture + "." + key)) {
      case GgufValue.Int one -> new long[] {one.value()};
      case GgufValue.Ints many -> many.values().clone();
      case null, default -> throw new IllegalStateException(architecture + "." + key);
    };
  }

  /** Gives tensors the shapes that the loader asks for, until it takes the model. */
  private void reshape() {
    while (true) {
      try {
        ModelLoader.inspect(TinyModel.header(model.source()));
        return;
      } catch (InvalidModelException e) {
        Matcher misshapen = MISSHAPEN.matcher(e.getMessage());
        if (!misshapen.find()) {
          throw e;
        }
        reshape(
            misshapen.group(1),
            Long.parseLong(misshapen.group(2)),
            Long.parseLong(misshapen.group(3)));
      }
    }
  }

  /**
   * The tensor, and those of other layers that have its name and its shape, unless their own was
   * asked for.
   */
  private void reshape(String name, long columns, long rows) {
    told.add(name);
    List<Long> old = model.shape(name);
    long[] shape = old.stream().mapToLong(n -> n).toArray();
    shape[0] = columns;
    if (shape.length > 1) {
      long others = old.stream().skip(2).reduce(1L, (a, b) -> a * b);
      shape[1] = rows / others;
    }
    String suffix = name.replaceFirst("^blk\\.\\d+", "");
    for (String other : model.names()) {
      boolean alike = other.endsWith(suffix) && model.shape(other).equals(old);
      if (other.equals(name) || (alike && !told.contains(other))) {
        model.values(other, drawn(other, old.getFirst(), shape), shape);
      }
    }
  }

  /** Values of the old tensor; a matrix' smaller by as much as its rows are longer. */
  private float[] drawn(String name, long oldColumns, long... shape) {
    float[] old = model.tensor(name);
    double sum = 0;
    double squares = 0;
    for (float value : old) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / old.length;
    double deviation = Math.sqrt(squares / old.length - mean * mean);
    boolean matrix = shape.length > 1 && Math.abs(mean) < deviation / 4;
    double factor = matrix ? Math.sqrt((double) oldColumns / shape[0]) : 1;
    int size = 1;
    for (long n : shape) {
      size *= (int) n;
    }
    Random random = new Random(name.hashCode());
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (factor * old[random.nextInt(old.length)]);
    }
    return values;
  }
}
