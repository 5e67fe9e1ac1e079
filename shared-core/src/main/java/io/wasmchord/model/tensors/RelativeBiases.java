package io.wasmchord.model.tensors;

import io.wasmchord.bytes.ByteView;
import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.math.DoubleMath;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Stacks;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.quant.format.BlockFormat;
import io.wasmchord.weights.WeightSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What T5 adds to scores by how far a position is from the token's own. The file has a row of heads
 * for each bucket of distances; attention takes a row of distances for each head.
 */
public final class RelativeBiases {
  /** What is further away is as if it were so far away: it is in the last bucket. */
  public static final int REACH = 128;

  private RelativeBiases() {}

  /** Asks the binder for the tensors. */
  public static void check(WeightBinder binder, ModelConfig c) {
    for (int layer : c.stacks().biased()) {
      binder.matrix(name(c, layer), c.stacks().buckets(), heads(c));
    }
  }

  private static String name(ModelConfig c, int layer) {
    return c.stacks().name(layer, WeightNames.RELATIVE_BIASES);
  }

  private static int heads(ModelConfig c) {
    return c.shape(0).attention().heads();
  }

  /**
   * The biases of each layer that has them, as {@link io.wasmchord.backend.AttentionOptions} takes
   * them.
   *
   * @throws UnsupportedModelException when their format is no format of weights
   */
  public static Map<Integer, float[]> read(GgufFile file, ModelConfig c, WeightSource source) {
    Map<Integer, float[]> biases = new LinkedHashMap<>();
    for (int layer : c.stacks().biased()) {
      TensorInfo info = Objects.requireNonNull(file.tensor(name(c, layer)));
      ByteView bytes = source.view(file.dataOffset() + info.offset(), info.bytes());
      biases.put(layer, byDistance(decoded(file, info, bytes), c, layer));
    }
    return biases;
  }

  private static float[] decoded(GgufFile file, TensorInfo info, ByteView view) {
    BlockFormat format = info.type().format();
    BlockDecoder decoder =
        format
            .decoder()
            .orElseThrow(() ->
                new UnsupportedModelException(
                    file.fileName()
                        + ": tensor "
                        + info.name()
                        + " is "
                        + info.type()
                        + ", no format of weights. Choose another file."));
    byte[] bytes = new byte[(int) info.bytes()];
    view.getBytes(0, bytes, 0, bytes.length);
    float[] values = new float[(int) (info.rows() * info.cols())];
    for (int block = 0; block * format.values() < values.length; block++) {
      decoder.decode(bytes, block * format.bytes(), values, block * format.values());
    }
    return values;
  }

  /**
   * @param values [buckets, heads]
   * @return [heads, 2 * REACH + 1]
   */
  private static float[] byDistance(float[] values, ModelConfig c, int layer) {
    int heads = heads(c);
    int distances = 2 * REACH + 1;
    float[] biases = new float[heads * distances];
    for (int i = 0; i < distances; i++) {
      int bucket = bucket(i - REACH, c.stacks(), layer);
      for (int head = 0; head < heads; head++) {
        biases[head * distances + i] = values[bucket * heads + head];
      }
    }
    return biases;
  }

  /**
   * The bucket of a distance, rounded as ggml rounds it. Half of the buckets have a distance each,
   * the others more and more of them. An encoder has half of all for what comes after.
   *
   * @param distance of a position from the token's own, above 0 where it comes after
   */
  static int bucket(int distance, Stacks stacks, int layer) {
    boolean both = layer < stacks.encoder();
    int count = both ? stacks.buckets() / 2 : stacks.buckets();
    int from = both && distance > 0 ? count : 0;
    int far = both ? Math.abs(distance) : Math.max(0, -distance);
    int exact = count / 2;
    if (far < exact) {
      return from + far;
    }
    float log = (float) DoubleMath.log((float) ((double) far / exact));
    float share = log * (count - exact);
    double place = exact + share / DoubleMath.log((double) REACH / exact);
    return from + Math.min(count - 1, (int) (float) place);
  }
}
