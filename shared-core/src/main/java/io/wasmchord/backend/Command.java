package io.wasmchord.backend;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a model, over tensors of one backend. The closed set that every backend executes;
 * {@code docs/arithmetic.md} says exactly what each computes. Shapes are checked once, by {@link
 * Commands}, before a record of this type exists.
 */
public sealed interface Command {
  /** {@code out[i] = weight row tokens[i]}, decoded to float32. */
  record Embed(Tensor weight, int[] tokens, Tensor out) implements Command {}

  /**
   * RMS norm of every run of {@code weight.cols()} values of {@code x}; {@code out} may be {@code
   * x}. Runs take the rows of {@code weight} in turn.
   */
  record RmsNorm(Tensor x, Tensor weight, float eps, Tensor out) implements Command {}

  /**
   * Norm of every run of {@code weight.cols()} values of {@code x} to mean 0 and variance 1, times
   * {@code weight}, whose rows runs take in turn; {@code out} may be {@code x}. A bias is added by
   * {@link AddBias}.
   */
  record LayerNorm(Tensor x, Tensor weight, float eps, Tensor out) implements Command {}

  /** {@code out = x * weight^T}: [n, in] by [out, in] gives [n, out]. */
  record MatMul(Tensor x, Tensor weight, Tensor out) implements Command {}

  /** {@code x = x * factor}, with a factor for each row: {@code factors} is [n, 1]. */
  record ScaleRows(Tensor x, Tensor factors) implements Command {}

  /** Adds the one row of {@code bias} to every row of {@code x}. */
  record AddBias(Tensor x, Tensor bias) implements Command {}

  /**
   * Turns the first {@code table.cols()} values of every head of {@code x} in place. {@code table}
   * is [n, ropeDim]: for row t and pair i, {@code cos} at 2i and {@code sin} at 2i+1.
   */
  record Rope(Tensor x, Tensor table, int headDim, RopeOrder order) implements Command {}

  /**
   * Stores the rows of {@code k} and {@code v} in a layer of their sequences' caches; {@link
   * KvSpec} says which earlier ones they replace.
   */
  record StoreKv(Tensor k, Tensor v, List<SequenceRows> sequences, int layer) implements Command {}

  /**
   * Attention of the rows of {@code q}, each over a layer of its own sequence's cache.
   *
   * @param sequences whose rows they are; one alone where {@code attends} is a number of positions
   * @param heads query heads; a multiple of the cache's kv heads
   * @param scale multiplies every score
   * @param softCap scores become {@code softCap * tanh(score / softCap)}; 0 for none
   * @param window how many positions a token attends to, itself included, or 0 for all; where
   *     tokens attend to what comes after them, those that are at most half of it away, in either
   *     direction
   * @param attends 0 where a token attends to itself and what is before it (causal); else how many
   *     positions, from 0 on, every token attends to, wherever it is; or {@link Attention#OWN}
   * @param options what it takes into account besides
   */
  record Attention(
      Tensor q,
      List<SequenceRows> sequences,
      int layer,
      int heads,
      float scale,
      float softCap,
      int window,
      int attends,
      AttentionOptions options,
      Tensor out)
      implements Command {
    /** Every token attends to all of its sequence up to the end of the sequence's rows. */
    public static final int OWN = -1;

    /** With no options. */
    public Attention(
        Tensor q,
        List<SequenceRows> sequences,
        int layer,
        int heads,
        float scale,
        float softCap,
        int window,
        int attends,
        Tensor out) {
      this(q, sequences, layer, heads, scale, softCap, window, attends, AttentionOptions.NONE, out);
    }

    /** How many positions before its own a token of {@code rows} attends to at most. */
    public int before(SequenceRows rows) {
      return window == 0 ? rows.end() : attends == 0 ? window - 1 : window / 2;
    }

    /** How many positions after its own a token of {@code rows} attends to at most. */
    public int after(SequenceRows rows) {
      return attends == 0 ? 0 : window == 0 ? end(rows) : window / 2;
    }

    /** After the last position that any token of {@code rows} attends to. */
    public int end(SequenceRows rows) {
      return attends > 0 ? attends : rows.end();
    }

    /** The first position that row {@code row} of {@code rows} attends to. */
    public int first(SequenceRows rows, int row) {
      int own = rows.position() + row;
      return chunk() == 0 ? Math.max(0, own - before(rows)) : own / chunk() * chunk();
    }

    /** How many positions a chunk has, or 0 where there are none. */
    public int chunk() {
      return options.chunked() ? window : 0;
    }

    /** The last position that row {@code row} of {@code rows} attends to. */
    public int last(SequenceRows rows, int row) {
      return Math.min(end(rows) - 1, rows.position() + row + after(rows));
    }
  }

  /**
   * A short convolution along the positions of each sequence, for each column on its own: the rows
   * {@code inGate * x} are stored in the sequence's cache; then {@code out = outGate * sum}, where
   * {@code sum} adds, oldest first, the column's {@code weight} times what is stored for as many
   * positions as it has, the row's own the last. Positions before 0 are left out.
   *
   * @param x [n, columns]
   * @param inGate [n, columns]
   * @param outGate [n, columns]
   * @param weight [1, columns * kernelSize]: the weights of the first column, of the second, and so
   *     on
   * @param sequences whose rows they are
   * @param layer of their caches, one of {@link KvCache#rows}: position p lies in row {@code p %
   *     cells}
   * @param out [n, columns]; may be {@code x} or a gate
   */
  record ShortConv(
      Tensor x,
      Tensor inGate,
      Tensor outGate,
      Tensor weight,
      List<SequenceRows> sequences,
      int layer,
      Tensor out)
      implements Command {
    /** Positions that a row takes, its own included. */
    public int kernelSize() {
      return weight.cols() / x.cols();
    }
  }

  /**
   * {@code out = activation(gate) * up}; {@code out} may be either operand.
   *
   * @param limit of an activation that has one, above 0; 0 for the others
   */
  record Gate(Tensor gate, Tensor up, Activation activation, float limit, Tensor out)
      implements Command {}

  /** {@code x = activation(x)}. */
  record Activate(Tensor x, Activation activation) implements Command {}

  /** {@code x = x + y}. */
  record Add(Tensor x, Tensor y) implements Command {}

  /** {@code x = x + y * factor}. */
  record AddScaled(Tensor x, Tensor y, float factor) implements Command {}

  /** {@code x = x + y * sigmoid(logits)}, with a logit for each row: {@code logits} is [n, 1]. */
  record AddGated(Tensor x, Tensor y, Tensor logits) implements Command {}

  /** {@code out[i] = x[rows[i]]}. */
  record Gather(Tensor x, int[] rows, Tensor out) implements Command {}

  /**
   * A mixture of experts: every row of {@code x} goes through those experts that its logits name,
   * and what they give, weighted, is added to {@code out}. {@link ExpertRouting} says how they are
   * chosen and what is computed. The logits are read when the command runs, where it stands in its
   * list, and nobody outside of the list learns which experts they name. An expert's weights are
   * used by this command alone, and always in the same list of experts.
   *
   * @param x [n, in]
   * @param logits [n, experts]
   * @param experts feed-forward layers of one shape; all gates of one type, and so the other two
   * @param vectors what they have beside matrices
   * @param routing how they are chosen
   * @param activation of a gate, or of {@code up} where experts have no gates
   * @param limit as in {@link Gate}
   * @param buffers what is overwritten on the way
   * @param out [n, in], none of {@code x}
   * @param additions what is added to the products of experts, in this order
   */
  record Experts(
      Tensor x,
      Tensor logits,
      List<Expert> experts,
      ExpertVectors vectors,
      Routing routing,
      Activation activation,
      float limit,
      ExpertBuffers buffers,
      Tensor out,
      List<ExpertAddition> additions)
      implements Command {
    /** One to whose products nothing is added. */
    public Experts(
        Tensor x,
        Tensor logits,
        List<Expert> experts,
        ExpertVectors vectors,
        Routing routing,
        Activation activation,
        float limit,
        ExpertBuffers buffers,
        Tensor out) {
      this(x, logits, experts, vectors, routing, activation, limit, buffers, out, List.of());
    }

    /** The same with additions. */
    public Experts with(List<ExpertAddition> added) {
      return new Experts(
          x, logits, experts, vectors, routing, activation, limit, buffers, out, added);
    }

    /** What is added to one of the products, in order. */
    public List<ExpertAddition> additions(ExpertMatrix matrix) {
      return additions.stream().filter(addition -> addition.to() == matrix).toList();
    }

    /** How many experts a row goes through. */
    public int used() {
      return routing.used();
    }

    /** Whether experts have gates. */
    public boolean gated() {
      return experts.getFirst().gate() != null;
    }
  }

  /** {@code x = x * factor}. */
  record Scale(Tensor x, float factor) implements Command {}

  /** {@code x} within {@code -bound..bound}; what is not a number stays what it is. */
  record Clamp(Tensor x, float bound) implements Command {}

  /**
   * {@code x = positive * x * x + beta * x} above 0, elsewhere {@code (exp(min(x, limit)) - 1 - x)
   * * negative + beta * x} (xIELU, https://arxiv.org/abs/2411.13010).
   */
  record Xielu(Tensor x, float negative, float positive, float beta, float limit)
      implements Command {}

  /** {@code x = cap * tanh(x / cap)}. */
  record SoftCap(Tensor x, float cap) implements Command {}

  /**
   * The largest of the first {@code count} values of each row of {@code x}: where it is, as a whole
   * number, and what it is. Of equals, as -0 and 0 are, it is the first; what is not a number
   * counts as larger than all that are, so that it is noticed.
   *
   * @param x [n, values]
   * @param count of values in a row that are looked at, from the first on
   * @param index [n, 1]
   * @param value [n, 1]
   */
  record ArgMax(Tensor x, int count, Tensor index, Tensor value) implements Command {}

  /**
   * The largest of the first {@code count} values of each row of {@code x}, as many as {@code
   * values} has columns, in descending order; {@link ArgMax} says what is larger. Equals stand in
   * the order of their indices.
   *
   * @param x [n, values]
   * @param count of values in a row that are looked at, from the first on
   * @param indices [n, k], whole numbers
   * @param values [n, k]
   */
  record TopK(Tensor x, int count, Tensor indices, Tensor values) implements Command {
    /** How many are kept. */
    public int k() {
      return values.cols();
    }
  }

  /** Copies all of {@code src} to {@code dst} from {@code offset} on. */
  record ReadBack(Tensor src, float[] dst, int offset) implements Command {}

  /**
   * A convolution along the positions of each sequence, for each column on its own: {@code out} is
   * the sum, oldest first, of the column's weights times the values of as many positions as it has,
   * the row's own the last; then the bias is added, and SiLU taken. Positions before 0 are left
   * out. The values of the last positions stay in the state: those of position p from {@code offset
   * + p % (kernelSize - 1) * columns} on.
   *
   * @param x [n, columns]
   * @param weight [1, columns * kernelSize]: the weights of the first column, of the second, and so
   *     on
   * @param bias [1, columns], or null
   * @param silu whether SiLU is taken of the sums
   * @param sequences whose rows they are
   * @param layer of their caches, one of {@link KvCache#state}
   * @param offset of its first value in the state
   * @param out [n, columns]; may be {@code x}
   */
  record CausalConv(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      boolean silu,
      List<SequenceRows> sequences,
      int layer,
      int offset,
      Tensor out)
      implements Command {
    /** Positions that a row takes, its own included. */
    public int kernelSize() {
      return weight.cols() / x.cols();
    }

    /** Values in the state. */
    public int stateValues() {
      return (kernelSize() - 1) * x.cols();
    }
  }

  /**
   * Divides every run of {@code size} of the columns by its length: {@code x = x / sqrt(sum(x * x)
   * + eps)}.
   */
  record L2Norm(Columns x, int size, float eps) implements Command {
    /** Runs in a row. */
    public int runs() {
      return x.count() / size;
    }
  }

  /**
   * {@code x = x * factor} by columns: the first factor is of the first {@code x.cols() /
   * factors.cols()} columns, the second of as many after them.
   */
  record ScaleColumns(Tensor x, Tensor factors) implements Command {
    /** Columns that share a factor. */
    public int each() {
      return x.cols() / factors.cols();
    }
  }

  /**
   * Copies columns: the first {@code width} of every {@code stride} from {@code from} on, as many
   * as {@code out} holds, one after the other.
   */
  record CopyColumns(Tensor x, int from, int width, int stride, Tensor out) implements Command {}

  /**
   * Copies the first {@code count} values of the runs of every head of every token.
   *
   * @param to other runs of as many tokens, which do not meet
   */
  record CopyHeads(HeadValues from, HeadValues to, int heads, int count) implements Command {
    /** Tokens whose runs are copied. */
    public int tokens() {
      return from.tokens(heads);
    }
  }

  /**
   * A product for each head, of rows by head: {@code x} and {@code out} have rows of the first
   * head, then as many of the second, and so on.
   *
   * @param x [heads * n, in]
   * @param weights of each head [out, in], all of one type
   * @param out [heads * n, out]
   */
  record HeadMatMul(Tensor x, List<Tensor> weights, Tensor out) implements Command {
    public int heads() {
      return weights.size();
    }

    /** Rows of each head. */
    public int tokens() {
      return x.rows() / heads();
    }

    /** The product of one head. */
    public MatMul of(int head) {
      int n = tokens();
      return new MatMul(x.rows(head * n, n), weights.get(head), out.rows(head * n, n));
    }
  }

  /**
   * A gated delta net. Each head has a matrix S [keyDim, valueDim] in the state; a row does, with
   * its decay g, its beta, and its parts of q, k and v:
   *
   * <ol>
   *   <li>{@code S = S * g}
   *   <li>{@code S = S + k (v - S^T k)^T * beta}
   *   <li>{@code out = S^T q * scale}
   * </ol>
   *
   * The state is laid out as {@link StateBlocks} says: [keyDim, valueDim] of each head.
   *
   * @param q [n, keyHeads * keyDim]
   * @param k likewise
   * @param v [n, heads * valueDim]
   * @param decay what S is multiplied by: [n, heads], or [n, heads * keyDim] where every row of S
   *     has its own
   * @param beta [n, heads]
   * @param keyDim values in a key
   * @param tiled whether head h has the key h modulo their number; otherwise neighbours share one
   * @param scale multiplies the results
   * @param sequences whose rows they are
   * @param layer of their caches, one of {@link KvCache#state}
   * @param offset of its first value in the state
   * @param out [n, heads * valueDim]
   */
  record DeltaNet(
      Columns q,
      Columns k,
      Columns v,
      Tensor decay,
      Tensor beta,
      int keyDim,
      boolean tiled,
      float scale,
      List<SequenceRows> sequences,
      int layer,
      int offset,
      Tensor out)
      implements Command {
    public int heads() {
      return beta.cols();
    }

    public int keyHeads() {
      return k.count() / keyDim;
    }

    public int valueDim() {
      return v.count() / heads();
    }

    /** Whether every row of a head's matrix has a decay of its own. */
    public boolean decaysByRow() {
      return decay.cols() != heads();
    }

    /** The key of a head. */
    public int keyHead(int head) {
      return tiled ? head % keyHeads() : head / (heads() / keyHeads());
    }

    /** Values in the state. */
    public int stateValues() {
      return heads() * keyDim * valueDim();
    }
  }

  /**
   * The scan of a selective state space model. Each channel has {@code size} values h in the state;
   * a row does, with its step dt, its x, and its parts of b and c:
   *
   * <ol>
   *   <li>{@code h[s] = h[s] * exp(dt * a[s]) + b[s] * (x * dt)}
   *   <li>{@code out = h[0] * c[0] + h[1] * c[1] + ... + x * d}
   * </ol>
   *
   * Channels come in heads of equal sizes; dt, a and d are a head's, and heads come in groups,
   * whose b and c are. Where {@code a} has a column for each s, a head is one channel (Mamba 1),
   * otherwise all s have the same (Mamba 2). The state is laid out as {@link StateBlocks} says:
   * [size, channels] of each head, or where a head is one channel, of all together.
   *
   * @param x [n, channels]
   * @param dt [n, heads], positive
   * @param a [heads, size] or [heads, 1], negative
   * @param b [n, groups * size]
   * @param c likewise
   * @param d [1, heads]
   * @param size values of a channel
   * @param sequences whose rows they are
   * @param layer of their caches, one of {@link KvCache#state}
   * @param offset of its first value in the state
   * @param out [n, channels]
   */
  record SsmScan(
      Columns x,
      Tensor dt,
      Tensor a,
      Columns b,
      Columns c,
      Tensor d,
      int size,
      List<SequenceRows> sequences,
      int layer,
      int offset,
      Tensor out)
      implements Command {
    public int channels() {
      return x.count();
    }

    public int heads() {
      return dt.cols();
    }

    public int groups() {
      return b.count() / size;
    }

    /** Whether each channel has its own dt, a and d. */
    public boolean byChannel() {
      return heads() == channels();
    }

    /** Values in the state. */
    public int stateValues() {
      return channels() * size;
    }
  }

  /**
   * What changes from a row to the next: {@code out = before - x}, where {@code before} is the row
   * before of the same sequence; that of the row at position 0 is zeros. The last row stays in the
   * state.
   *
   * @param x [n, columns]
   * @param sequences whose rows they are
   * @param layer of their caches, one of {@link KvCache#state}
   * @param offset of its first value in the state
   * @param out [n, columns]
   */
  record TokenShift(Tensor x, List<SequenceRows> sequences, int layer, int offset, Tensor out)
      implements Command {}

  /**
   * The time mix of RWKV. Each head has a matrix S [headDim, headDim] in the state, laid out as
   * {@link StateBlocks} says. With {@code a} and {@code b} (RWKV 7) a row does
   *
   * <ol>
   *   <li>{@code known = S^T a}
   *   <li>{@code S = S * w + k v^T + b known^T}, w for each row of S
   *   <li>{@code out = S^T r}
   * </ol>
   *
   * and without (RWKV 6) {@code out = S^T r}, then {@code S = S * w + k v^T}.
   *
   * @param r [n, heads * headDim], as all that follow
   * @param a or null
   * @param b or null
   * @param headDim values of a head
   * @param sequences whose rows they are
   * @param layer of their caches, one of {@link KvCache#state}
   * @param offset of its first value in the state
   */
  record Wkv(
      Tensor r,
      Tensor w,
      Tensor k,
      Tensor v,
      @Nullable Tensor a,
      @Nullable Tensor b,
      int headDim,
      List<SequenceRows> sequences,
      int layer,
      int offset,
      Tensor out)
      implements Command {
    public int heads() {
      return out.cols() / headDim;
    }

    /** Values in the state. */
    public int stateValues() {
      return out.cols() * headDim;
    }
  }

  /**
   * Adds to every head its values, times the sum of the head's {@code r * k * factors}.
   *
   * @param x [n, heads * headDim], as all others but the factors
   * @param factors [1, heads * headDim]
   * @param headDim values of a head
   */
  record AddBonus(Tensor x, Tensor r, Tensor k, Tensor factors, Tensor v, int headDim)
      implements Command {}

  /**
   * Adds to every run of {@code width} values of {@code out} the sum of all runs of {@code x}, each
   * times a factor: of the first run of {@code out} the first factors, of the second as many after
   * them, and so on.
   *
   * @param x [n, runs * width]
   * @param factors [n, runs of out * runs of x], or one row for all of them
   * @param width values in a run
   * @param out columns of n rows
   */
  record AddMixed(Tensor x, Tensor factors, int width, Columns out) implements Command {
    /** Runs of a row that are added. */
    public int runs() {
      return x.cols() / width;
    }

    /** Runs of a row that are added to. */
    public int outRuns() {
      return out.count() / width;
    }

    /** Whether all rows have the same factors. */
    public boolean constant() {
      return factors.rows() == 1;
    }
  }

  /**
   * Scales every row of {@code x} to the length of that row of {@code like}.
   *
   * @param x [n, columns]
   * @param like [n, columns]
   * @param eps the least mean square that {@code x} is taken to have
   */
  record MatchLength(Tensor x, Tensor like, float eps) implements Command {}

  /**
   * {@code x = max(x - cutoff, 0)}, where the cutoff of a row is its mean and so many of its
   * standard deviations.
   *
   * @param x [n, columns], at least two
   */
  record Sparsify(Tensor x, float deviations) implements Command {}
}
