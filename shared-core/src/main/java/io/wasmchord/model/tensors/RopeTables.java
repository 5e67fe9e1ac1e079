package io.wasmchord.model.tensors;

import io.wasmchord.errors.UnsupportedModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.math.DoubleMath;
import io.wasmchord.model.config.Architecture;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.config.YarnScale;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.WeightSource;

/**
 * A model's tables of rotary angles, as its file scales them.
 *
 * @param all of layers without a sliding window, in a cache of up to {@code context} positions
 * @param longer the same, in a larger cache
 * @param sliding of layers with a sliding window; not scaled, unless all others are NoPE
 * @param context positions that the model was trained for before it was extended
 */
public record RopeTables(RopeTable all, RopeTable longer, RopeTable sliding, int context) {

  /** The table of layers without a sliding window, for a cache. */
  public RopeTable of(int positions) {
    return positions > context ? longer : all;
  }

  public static RopeTables read(
      GgufFile file, Architecture a, ModelConfig config, WeightSource source) {
    return new Reader(file, a, config, source).read();
  }

  /** Asks the binder for whatever tensors of factors there are. */
  public static void check(WeightBinder binder, ModelConfig config) {
    for (String name :
        new String[] {WeightNames.ROPE_FACTORS, WeightNames.ROPE_LONG, WeightNames.ROPE_SHORT}) {
      binder.optionalVector(name, config.ropeDim() / 2);
    }
  }

  private static final String SECTIONS = "rope.dimension_sections";
  private static final String LOG_FACTOR = "rope.scaling.yarn_log_multiplier";

  private record Reader(GgufFile file, Architecture a, ModelConfig config, WeightSource source) {
    private RopeTables read() {
      Metadata m = file.metadata();
      int context = m.int32(a.key("rope.scaling.original_context_length"), config.contextLength());
      RopeTable.Scaling scaling = scaling(context);
      double magnitude = magnitude(scaling);
      float[] factors = factors(WeightNames.ROPE_FACTORS);
      RopeTable all = table(factors, scaling, magnitude);
      RopeTable longer = all;
      if (file.tensor(WeightNames.ROPE_LONG) != null) {
        longer = table(factors(WeightNames.ROPE_LONG), scaling, magnitude);
        all = table(factors(WeightNames.ROPE_SHORT), scaling, magnitude);
      }
      boolean alone =
          a.has(Architecture.Trait.NOPE_BESIDE_WINDOWS)
              && !a.has(Architecture.Trait.ANGLES_OF_WINDOWS);
      if (alone
          || a.has(Architecture.Trait.SCALED_WINDOWS)
          || a.has(Architecture.Trait.ROPE_PATTERN)) {
        return new RopeTables(all, longer, all, context);
      }
      double[] sliding =
          RopeTable.frequencies(
              config.window().size() == 0 ? config.ropeDim() : config.window().ropeDim(),
              config.window().size() == 0 ? config.ropeBase() : config.window().ropeBase(),
              new float[0],
              new RopeTable.Scaling.Linear(1));
      return new RopeTables(all, longer, new RopeTable(sliding, 1), context);
    }

    private RopeTable table(float[] factors, RopeTable.Scaling scaling, double magnitude) {
      double[] frequencies =
          RopeTable.frequencies(config.ropeDim(), config.ropeBase(), factors, scaling);
      if (a.has(Architecture.Trait.FOUR_SECTIONS) && file.metadata().has(a.key(SECTIONS))) {
        rest(frequencies, file.metadata().ints(a.key(SECTIONS)));
      }
      return new RopeTable(frequencies, magnitude);
    }

    /** Pairs take their sections in turn; those of the fourth rest. */
    private static void rest(double[] frequencies, int[] sections) {
      int turned = sections[0] + sections[1] + sections[2];
      for (int i = 0; i < frequencies.length; i++) {
        if (i % (turned + sections[3]) >= turned) {
          frequencies[i] = 0;
        }
      }
    }

    /** A file that names a factor but no type means the linear one. */
    private RopeTable.Scaling scaling(int context) {
      Metadata m = file.metadata();
      String type = m.string(a.key("rope.scaling.type"), "linear");
      float factor =
          m.float32(a.key("rope.scaling.factor"), m.float32(a.key("rope.scale_linear"), 1f));
      double inverse = factor == 0f ? 1 : 1.0 / factor;
      return switch (type) {
        case "none", "longrope" -> new RopeTable.Scaling.Linear(1);
        case "linear" -> new RopeTable.Scaling.Linear(inverse);
        case "yarn" ->
            new RopeTable.Scaling.Yarn(
                inverse,
                m.float32(a.key("rope.scaling.yarn_ext_factor"), 1f),
                m.float32(a.key("rope.scaling.yarn_beta_fast"), 32f),
                m.float32(a.key("rope.scaling.yarn_beta_slow"), 1f),
                context);
        default ->
            throw new UnsupportedModelException(
                file.fileName()
                    + ": "
                    + a.key("rope.scaling.type")
                    + " is '"
                    + type
                    + "'; this version knows none, linear, yarn and longrope. Choose another model.");
      };
    }

    /**
     * YaRN's attention factor is {@code 1 + 0.1 ln(1 / factor)}, times what the file says. As in
     * llama.cpp, {@code yarn_attn_factor} does not count: converters write the whole of it there.
     * Mistral 3 divides it by the same with a factor of its own before the logarithm.
     */
    private double magnitude(RopeTable.Scaling scaling) {
      if (a.has(Architecture.Trait.SCORES_BY_YARN)) {
        return YarnScale.read(file.metadata(), a).turned();
      }
      Metadata m = file.metadata();
      double given = m.float32(a.key("rope.scaling.attn_factor"), 1f);
      if (!(scaling instanceof RopeTable.Scaling.Yarn yarn) || yarn.mix() == 0) {
        return given;
      }
      double log = Math.max(0, DoubleMath.log(1 / yarn.factor()));
      float all = a.has(Architecture.Trait.TEMPERATURE) ? m.float32(a.key(LOG_FACTOR), 0f) : 0f;
      return given * (1 + 0.1 * log) / (1 + 0.1 * all * log);
    }

    private float[] factors(String name) {
      TensorInfo info = file.tensor(name);
      if (info == null) {
        return new float[0];
      }
      if (info.type() != TensorType.F32) {
        throw new UnsupportedModelException(
            file.fileName()
                + ": "
                + name
                + " is "
                + info.type()
                + ", not F32. Choose another file.");
      }
      float[] factors = new float[config.ropeDim() / 2];
      source
          .view(file.dataOffset() + info.offset(), info.bytes())
          .getFloats(0, factors, 0, factors.length);
      return factors;
    }
  }
}
