package io.wasmchord.model.residency;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.ExpertBuffers;
import io.wasmchord.backend.Tensor;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.model.config.AttentionGate;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.tensors.LayerInput;
import io.wasmchord.model.tensors.RelativeBiases;
import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The activations of one batch. Every tensor has a row for each token of it. */
public record ActivationBuffers(
    Tensor x, // [tokens, hidden], the residual stream
    Tensor normed, // [tokens, hidden]
    Map<LayerShape.Attention, Attention> attentions, // of layers of one shape
    Tensor delta, // [tokens, hidden], what a sub-layer adds
    Map<Integer, Wide> wides, // of feed-forward layers of one width
    Tensor rope, // [tokens, ropeDim], cos and sin
    Tensor slidingRope, // the same for layers with a sliding window
    @Nullable Mixture mixture, // of experts, where layers are mixtures
    @Nullable Gates gates, // where layers are convolutions
    @Nullable RecurrentBuffers recurrent, // where layers are recurrent
    @Nullable RwkvBuffers rwkv, // where they are RWKV's
    @Nullable KimiDeltaBuffers kimiDelta, // where they are Kimi's delta attention
    @Nullable LightningBuffers lightning, // where they are lightning attention
    @Nullable LayerInputs layerInputs, // where layers have rows of their own of each token
    Map<LayerShape.Attention, LatentBuffers> latents, // by the heads, where attention is
    @Nullable Tensor temperature, // [tokens, 1], factors of queries, where there are any
    @Nullable Tensor skip, // [tokens, hidden], what the first layer is given, where all add it
    @Nullable AltUpBuffers altUp, // where there are several residual streams
    @Nullable HyperBuffers hyper, // where there are, of the other kind
    @Nullable LoopBuffers loops, // where stacks take turns
    Constants constants) {
  private static final int LOGITS = 1 << 20; // values, so 4 MiB

  /**
   * What attention computes with.
   *
   * @param q [tokens, heads * keyDim]
   * @param k [tokens, kvHeads * keyDim]
   * @param v [tokens, kvHeads * valueDim]
   * @param out [tokens, heads * valueDim]
   * @param ones [1, valueDim], factors of a norm that has none
   * @param gate [tokens, values that heads give in the end], or [tokens, heads] where heads have
   *     one gate, where there is a gate; else null
   * @param heads where heads have one gate, or null
   */
  public record Attention(
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor out,
      Tensor ones,
      @Nullable Tensor gate,
      @Nullable HeadGates heads) {
    private static Attention of(ModelConfig c, int layer, int tokens, Source s) {
      LayerShape.Attention a = c.shape(layer).attention();
      AttentionGate gate = c.rare().gate();
      boolean byHead = gate.exists() && gate.byHead();
      int given = c.latent().used() ? a.heads() * c.latent(layer).valueDim() : a.outColumns();
      return new Attention(
          s.activation(tokens, a.queryColumns()),
          s.activation(tokens, a.kv().keyColumns()),
          s.activation(tokens, a.kv().valueColumns()),
          s.activation(tokens, a.outColumns()),
          s.ones(a.valueDim()),
          gate.exists() ? s.activation(tokens, byHead ? a.heads() : given) : null,
          byHead ? HeadGates.of(a, tokens, s) : null);
    }

    private Attention first(int tokens) {
      return new Attention(
          q.rows(0, tokens),
          k.rows(0, tokens),
          v.rows(0, tokens),
          out.rows(0, tokens),
          ones,
          gate == null ? null : gate.rows(0, tokens),
          heads == null ? null : heads.first(tokens));
    }
  }

  /**
   * What multiplies heads by a gate each; rows are by head.
   *
   * @param count of heads
   * @param out [heads * tokens, valueDim]
   * @param gate [heads * tokens, 1]
   */
  public record HeadGates(int count, Tensor out, Tensor gate) {
    private static HeadGates of(LayerShape.Attention a, int tokens, Source s) {
      int rows = a.heads() * tokens;
      return new HeadGates(a.heads(), s.activation(rows, a.valueDim()), s.activation(rows, 1));
    }

    private HeadGates first(int tokens) {
      return new HeadGates(count, out.rows(0, count * tokens), gate.rows(0, count * tokens));
    }
  }

  /**
   * What a feed-forward layer computes with.
   *
   * @param gate [tokens, feedForward]
   * @param up [tokens, feedForward]
   */
  public record Wide(Tensor gate, Tensor up) {
    private static Wide of(int width, int tokens, Source s) {
      return new Wide(s.activation(tokens, width), s.activation(tokens, width));
    }

    private Wide first(int tokens) {
      return new Wide(gate.rows(0, tokens), up.rows(0, tokens));
    }
  }

  /**
   * What multiplies the values of a convolution before and after it; the values are in {@code
   * delta}.
   *
   * @param in [tokens, hidden]
   * @param out [tokens, hidden]
   */
  public record Gates(Tensor in, Tensor out) {
    private static Gates of(ModelConfig c, int tokens, Source s) {
      return new Gates(s.activation(tokens, c.hidden()), s.activation(tokens, c.hidden()));
    }

    private Gates first(int tokens) {
      return new Gates(in.rows(0, tokens), out.rows(0, tokens));
    }
  }

  /**
   * What a mixture of experts needs besides.
   *
   * @param logits [tokens, experts]
   * @param shared [tokens, 1], the logits of the shared expert
   * @param sum [tokens, hidden], of what experts give, where it is not added as it is
   * @param zeros [1, hidden], which it begins with
   * @param buffers tokens * used rows
   * @param adjugates the same for groups' own experts, or null
   * @param latent where experts do not take the hidden state, or null
   */
  public record Mixture(
      Tensor logits,
      Tensor shared,
      Tensor sum,
      Tensor zeros,
      ExpertBuffers buffers,
      @Nullable ExpertBuffers adjugates,
      @Nullable LatentExperts latent) {
    private static Mixture of(ModelConfig c, int tokens, Source s) {
      int rows = tokens * c.experts().used();
      int in = c.experts().in(c.hidden());
      Tensor gathered = s.activation(rows, in);
      Tensor given = s.activation(rows, in);
      int narrow = c.experts().adjugates().width();
      return new Mixture(
          s.activation(tokens, c.experts().count()),
          s.activation(tokens, 1),
          s.activation(tokens, c.hidden()),
          s.activation(1, c.hidden()),
          buffers(gathered, c.experts().width(), given, s),
          narrow == 0 ? null : buffers(gathered, narrow, given, s),
          in == c.hidden() ? null : LatentExperts.of(in, tokens, s));
    }

    private static ExpertBuffers buffers(Tensor gathered, int width, Tensor given, Source s) {
      int rows = gathered.rows();
      return new ExpertBuffers(
          gathered, s.activation(rows, width), s.activation(rows, width), given);
    }

    private Mixture first(int tokens) {
      return new Mixture(
          logits.rows(0, tokens),
          shared.rows(0, tokens),
          sum.rows(0, tokens),
          zeros,
          buffers,
          adjugates,
          latent == null ? null : latent.first(tokens));
    }
  }

  /**
   * What experts take and give that do not take the hidden state.
   *
   * @param in [tokens, latent]
   * @param sum [tokens, latent]
   * @param zeros [1, latent], which it begins with
   */
  public record LatentExperts(Tensor in, Tensor sum, Tensor zeros) {
    private static LatentExperts of(int width, int tokens, Source s) {
      return new LatentExperts(
          s.activation(tokens, width), s.activation(tokens, width), s.activation(1, width));
    }

    private LatentExperts first(int tokens) {
      return new LatentExperts(in.rows(0, tokens), sum.rows(0, tokens), zeros);
    }
  }

  /**
   * What layers are given of each token beside the residual stream.
   *
   * @param all [tokens, layers * width]
   * @param projected [tokens, layers * width]
   * @param one [tokens, width], those of one layer
   * @param gate [tokens, width]
   */
  public record LayerInputs(Tensor all, Tensor projected, Tensor one, Tensor gate) {
    private static LayerInputs of(ModelConfig c, int tokens, Source s) {
      int columns = LayerInput.columns(c);
      return new LayerInputs(
          s.activation(tokens, columns),
          s.activation(tokens, columns),
          s.activation(tokens, c.layerInput()),
          s.activation(tokens, c.layerInput()));
    }

    private LayerInputs first(int tokens) {
      return new LayerInputs(
          all.rows(0, tokens),
          projected.rows(0, tokens),
          one.rows(0, tokens),
          gate.rows(0, tokens));
    }
  }

  /**
   * What is written once, where a model needs it.
   *
   * @param ones [1, hidden], factors of norms that have none
   * @param slopes [1, heads], of ALiBi
   * @param biases [heads, 2 * reach + 1] of each layer that has {@link RelativeBiases}
   */
  public record Constants(
      @Nullable Tensor ones, @Nullable Tensor slopes, Map<Integer, Tensor> biases) {
    private static Constants of(ModelConfig c, Source s) {
      return new Constants(
          c.rare().unweighted() ? s.ones(c.hidden()) : null,
          c.rare().maxAlibiBias() > 0 ? s.activation(1, heads(c)) : null,
          biases(c, s));
    }

    private static Map<Integer, Tensor> biases(ModelConfig c, Source s) {
      Map<Integer, Tensor> biases = new LinkedHashMap<>();
      for (int layer : c.stacks().biased()) {
        biases.put(layer, s.activation(heads(c), 2 * RelativeBiases.REACH + 1));
      }
      return biases;
    }

    /** What is added to a layer's scores, or null where nothing is. */
    public @Nullable Tensor biases(ModelConfig c, int layer) {
      return c.stacks().exist() ? biases.get(c.stacks().tables().get(layer)) : null;
    }

    private static int heads(ModelConfig c) {
      return c.shape(0).attention().heads();
    }

    /** Hands on every tensor with what is to be written there. */
    public void values(ModelConfig c, BiConsumer<Tensor, float[]> to) {
      if (slopes != null) {
        to.accept(slopes, c.rare().slopes(heads(c)));
      }
    }
  }

  /** Where activations come from. */
  public interface Source {
    /** A zero-filled float32 tensor. */
    Tensor activation(int rows, int cols);

    /** A row of ones. */
    default Tensor ones(int cols) {
      return constant(cols, 1f);
    }

    /** A row of one value. */
    default Tensor constant(int cols, float value) {
      return activation(1, cols);
    }

    /** A backend. */
    static Source of(ComputeBackend backend) {
      return new Source() {
        @Override
        public Tensor activation(int rows, int cols) {
          return backend.allocate(TensorType.F32, rows, cols);
        }

        @Override
        public Tensor constant(int cols, float value) {
          Tensor row = activation(1, cols);
          HeapMemory bytes = HeapMemory.ofSize(4 * cols);
          for (int i = 0; i < cols; i++) {
            bytes.putFloats(4L * i, new float[] {value}, 0, 1);
          }
          backend.write(row, 0, bytes);
          return row;
        }
      };
    }
  }

  public static ActivationBuffers of(ModelConfig c, int tokens, Source s) {
    return new ActivationBuffers(
        s.activation(tokens, c.hidden()),
        s.activation(tokens, c.hidden()),
        attentions(c, tokens, s),
        s.activation(tokens, c.hidden()),
        wides(c, tokens, s),
        s.activation(tokens, c.ropeDim()),
        s.activation(tokens, Math.max(c.window().ropeDim(), 2)),
        c.experts().count() == 0 ? null : Mixture.of(c, tokens, s),
        c.shapes().stream().allMatch(l -> l.convolution() == 0) ? null : Gates.of(c, tokens, s),
        RecurrentBuffers.of(c, tokens, s),
        RwkvBuffers.of(c, tokens, s),
        KimiDeltaBuffers.of(c, tokens, s),
        LightningBuffers.of(c, tokens, s),
        c.layerInput() == 0 ? null : LayerInputs.of(c, tokens, s),
        LatentBuffers.of(c, tokens, s),
        c.rare().temperature() == null ? null : s.activation(tokens, 1),
        c.rare().skips() ? s.activation(tokens, c.hidden()) : null,
        AltUpBuffers.of(c, tokens, s),
        HyperBuffers.of(c, tokens, s),
        LoopBuffers.of(c, tokens, s),
        Constants.of(c, s));
  }

  private static Map<LayerShape.Attention, Attention> attentions(
      ModelConfig c, int tokens, Source s) {
    Map<LayerShape.Attention, Attention> buffers = new LinkedHashMap<>();
    for (int layer = 0; layer < c.layers(); layer++) {
      LayerShape shape = c.shape(layer);
      if (shape.attends() && !buffers.containsKey(shape.attention())) {
        buffers.put(shape.attention(), Attention.of(c, layer, tokens, s));
      }
    }
    return buffers;
  }

  private static Map<Integer, Wide> wides(ModelConfig c, int tokens, Source s) {
    Map<Integer, Wide> buffers = new LinkedHashMap<>();
    for (LayerShape shape : c.shapes()) {
      if (shape.feedForward() > 0) {
        buffers.computeIfAbsent(shape.feedForward(), width -> Wide.of(width, tokens, s));
      }
    }
    return buffers;
  }

  /** What a layer's attention computes with. */
  public Attention attention(LayerShape shape) {
    return Objects.requireNonNull(attentions.get(shape.attention()));
  }

  /** What a layer's latent attention computes with besides. */
  public LatentBuffers latent(LayerShape shape) {
    return Objects.requireNonNull(latents.get(shape.attention()));
  }

  /** What a feed-forward layer of a width computes with. */
  public Wide wide(int width) {
    return Objects.requireNonNull(wides.get(width));
  }

  /**
   * Logits that are computed together, [rows, vocabulary], where the model has any: of one token or
   * as many of a batch as fit a few megabytes.
   */
  public static @Nullable Tensor logits(ModelConfig c, int tokens, Source s) {
    if (c.encoder()) {
      return null;
    }
    int rows = Math.max(1, Math.min(tokens, LOGITS / c.vocabulary()));
    return s.activation(rows, c.vocabulary());
  }

  /** The index and the value of the largest logit, [2, 1], where the model has any. */
  public static @Nullable Tensor best(ModelConfig c, Source s) {
    return c.encoder() ? null : s.activation(2, 1);
  }

  /** What the layers of pooled vectors have between them, [1, width], where there are any. */
  public static @Nullable Tensor wide(ModelConfig c, Source s) {
    return c.dense() == 0 ? null : s.activation(1, c.dense());
  }

  /** What the head of a classifier gives, [1, outputs], where there is one. */
  public static @Nullable Tensor outputs(ModelConfig c, Source s) {
    return c.classifier().exists() ? s.activation(1, c.classifier().outputs()) : null;
  }

  /** The first {@code tokens} rows of everything. */
  public ActivationBuffers first(int tokens) {
    return new ActivationBuffers(
        x.rows(0, tokens),
        normed.rows(0, tokens),
        each(attentions, a -> a.first(tokens)),
        delta.rows(0, tokens),
        each(wides, w -> w.first(tokens)),
        rope.rows(0, tokens),
        slidingRope.rows(0, tokens),
        mixture == null ? null : mixture.first(tokens),
        gates == null ? null : gates.first(tokens),
        recurrent == null ? null : recurrent.first(tokens),
        rwkv == null ? null : rwkv.first(tokens),
        kimiDelta == null ? null : kimiDelta.first(tokens),
        lightning == null ? null : lightning.first(tokens),
        layerInputs == null ? null : layerInputs.first(tokens),
        each(latents, latent -> latent.first(tokens)),
        temperature == null ? null : temperature.rows(0, tokens),
        skip == null ? null : skip.rows(0, tokens),
        altUp == null ? null : altUp.first(tokens),
        hyper == null ? null : hyper.first(tokens),
        loops == null ? null : loops.first(tokens),
        constants);
  }

  /** What goes with a batch from section to section. */
  public List<Tensor> carried() {
    List<Tensor> carried = new ArrayList<>(List.of(x));
    if (rwkv != null) {
      carried.add(rwkv.first());
    }
    if (skip != null) {
      carried.add(skip);
    }
    if (layerInputs != null) {
      carried.add(layerInputs.all());
    }
    if (altUp != null) {
      carried.add(altUp.streams());
    }
    if (hyper != null) {
      carried.add(hyper.streams());
    }
    if (loops != null) {
      carried.add(loops.high());
      carried.add(loops.low());
    }
    return carried;
  }

  private static <K, T> Map<K, T> each(Map<K, T> buffers, UnaryOperator<T> part) {
    Map<K, T> parts = new LinkedHashMap<>();
    buffers.forEach((key, buffer) -> parts.put(key, part.apply(buffer)));
    return parts;
  }
}
