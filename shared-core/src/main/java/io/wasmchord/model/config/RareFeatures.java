package io.wasmchord.model.config;

import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.math.DoubleMath;
import io.wasmchord.model.config.Architecture.Positions;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What few models have.
 *
 * @param maxAlibiBias what the slopes of ALiBi follow from; 0 where there is none
 * @param clamp bound of the values of queries, keys and values; 0 where there is none
 * @param temperature what queries are multiplied by, or null
 * @param xielus the numbers of each layer's activation; empty where it has none of its own
 * @param turned whether each layer has rope; empty where the architecture says it
 * @param unweighted whether norms, or some of them, have no factors
 * @param attention what multiplies all that attention adds; 1 where there is nothing
 * @param gate of what attention gives
 * @param limits of the activations of single layers
 * @param skips whether every layer adds what the first was given
 * @param altUp several residual streams, or null
 * @param hyper several residual streams of the other kind, or null
 * @param loops how often a token goes through layers
 */
public record RareFeatures(
    float maxAlibiBias,
    float clamp,
    @Nullable Temperature temperature,
    List<Xielu> xielus,
    List<Boolean> turned,
    boolean unweighted,
    float attention,
    AttentionGate gate,
    ActivationLimits limits,
    boolean skips,
    @Nullable AltUp altUp,
    @Nullable HyperConnections hyper,
    Loops loops) {
  private static final int MAX_LENGTH = 1 << 26;

  /** None of it. */
  public static final RareFeatures NONE =
      new RareFeatures(
          0f,
          0f,
          null,
          List.of(),
          List.of(),
          false,
          1f,
          AttentionGate.NONE,
          ActivationLimits.NONE,
          false,
          null,
          null,
          Loops.NONE);

  public RareFeatures {
    xielus = List.copyOf(xielus);
    turned = List.copyOf(turned);
  }

  /**
   * Queries far from the start are multiplied by {@code 1 + scale * ln(floor((position + offset) /
   * length) + 1)}.
   *
   * @param unturned whether by layers without rope alone
   */
  public record Temperature(double scale, int length, int offset, boolean unturned) {
    /** The factors of {@code count} positions from {@code position} on. */
    public float[] factors(int position, int count) {
      float[] factors = new float[count];
      for (int i = 0; i < count; i++) {
        int times = (position + i + offset) / length;
        factors[i] = (float) (1 + scale * DoubleMath.log(times + 1.0));
      }
      return factors;
    }
  }

  /** The numbers of an activation; see {@link io.wasmchord.backend.Command.Xielu}. */
  public record Xielu(float negative, float positive, float beta, float limit) {}

  static RareFeatures read(
      CheckedKeys keys, Architecture a, GgufFile file, AttentionGate gate, Sizes sizes) {
    int layers = sizes.layers();
    return new RareFeatures(
        a.positions() == Positions.ALIBI
            ? keys.notNegative("attention.max_alibi_bias", a.has(Trait.ALIBI_OF_FILE) ? 0f : 8f)
            : 0f,
        a.has(Trait.CLAMPED) ? keys.notNegative("attention.clamp_kqv", 0f) : 0f,
        temperature(keys, a, sizes.context()),
        a.has(Trait.XIELU) ? xielus(keys, layers) : List.of(),
        a.has(Trait.ROPE_PATTERN) ? turned(keys, layers) : List.of(),
        a.has(Trait.UNWEIGHTED_NORMS) || a.has(Trait.UNWEIGHTED_EMBEDDING_NORM),
        a.has(Trait.ATTENTION_SCALED) ? keys.positive("attention.value_scale", 1f) : 1f,
        gate,
        ActivationLimits.read(a, keys, layers),
        a.has(Trait.EMBEDDING_SKIPS),
        AltUp.read(keys, a, file, layers),
        HyperConnections.read(keys, a),
        Loops.read(a, keys, layers));
  }

  /** Layers of a model, and positions that it was trained for. */
  record Sizes(int layers, int context) {}

  private static List<Boolean> turned(CheckedKeys keys, int layers) {
    String suffix = "attention.rope_pattern";
    return keys.has(suffix)
        ? Arrays.stream(keys.each(suffix, layers, 0, 1)).mapToObj(n -> n != 0).toList()
        : List.of();
  }

  /** Whether the file lets a layer have rope. */
  public boolean turns(int layer) {
    return turned.isEmpty() || turned.get(layer);
  }

  private static @Nullable Temperature temperature(CheckedKeys keys, Architecture a, int context) {
    String own = "attention.temperature_length";
    if (a.has(Trait.TEMPERATURE_BESIDE_ROPE)) {
      return new Temperature(
          keys.positive("attention.temperature_scale", 0.1f),
          keys.positive(own, MAX_LENGTH, 8192),
          1,
          true);
    }
    if (!a.has(Trait.TEMPERATURE)) {
      return null;
    }
    float scale = keys.notNegative("attention.temperature_scale", 0f);
    String original = "rope.scaling.original_context_length";
    String suffix = a.has(Trait.LATENT_ATTENTION) && keys.has(own) ? own : original;
    int length = keys.int32(suffix, context);
    keys.require(scale == 0f || length > 0, suffix + " is " + length);
    return scale == 0f ? null : new Temperature(scale, length, 0, false);
  }

  /** These keys begin with no architecture's name. */
  private static List<Xielu> xielus(CheckedKeys keys, int layers) {
    float[] negative = numbers(keys, "xielu.alpha_n", layers);
    float[] positive = numbers(keys, "xielu.alpha_p", layers);
    float[] beta = numbers(keys, "xielu.beta", layers);
    float[] limit = numbers(keys, "xielu.eps", layers);
    List<Xielu> all = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      all.add(
          new Xielu(
              beta[i] + (float) softplus(negative[i]),
              (float) softplus(positive[i]),
              beta[i],
              limit[i]));
    }
    return all;
  }

  private static double softplus(double x) {
    return x > 20 ? x : DoubleMath.log(1 + DoubleMath.exp(x));
  }

  private static float[] numbers(CheckedKeys keys, String key, int layers) {
    Metadata metadata = keys.metadata();
    float[] numbers;
    if (metadata.value(key) instanceof GgufValue.Real) {
      numbers = new float[layers];
      Arrays.fill(numbers, metadata.float32(key));
    } else {
      numbers = metadata.floats(key);
    }
    boolean fit = numbers.length == layers;
    for (float number : numbers) {
      fit &= Math.abs(number) < 1e6f;
    }
    if (!fit) {
      throw new InvalidModelException(
          keys.file()
              + ": "
              + key
              + " has not a number for each of "
              + layers
              + " layers. The file may be converted wrongly: choose another of this model.");
    }
    return numbers;
  }

  /** How much the scores of each of {@code heads} fall with a position, as ggml has it. */
  public float[] slopes(int heads) {
    int power = Integer.highestOneBit(heads);
    float[] slopes = new float[heads];
    for (int h = 0; h < heads; h++) {
      double exponent =
          h < power
              ? -maxAlibiBias / power * (h + 1)
              : -maxAlibiBias / 2 / power * (2 * (h - power) + 1);
      slopes[h] = (float) DoubleMath.pow(2, exponent);
    }
    return slopes;
  }
}
