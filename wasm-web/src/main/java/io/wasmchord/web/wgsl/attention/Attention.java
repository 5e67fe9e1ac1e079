package io.wasmchord.web.wgsl.attention;

import io.wasmchord.backend.KvType;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * Attention of the rows of one sequence, a workgroup a head of a row. A thread takes every 64th
 * score, adding in the order of dimensions; then every 64th dimension of the values, adding in the
 * order of positions. Scores are kept by the workgroup where they are few, else in the arena.
 */
public final class Attention {
  /** Positions whose scores a workgroup keeps itself. */
  public static final int SHORT = 896;

  /** In place of a word's offset: there is no such thing. */
  public static final int NONE = -1;

  private Attention() {}

  /**
   * What they are told. Offsets are in words.
   *
   * @param q queries, [rows, heads * keyDim]
   * @param out results, [rows, heads * valueDim]
   * @param keys the layer's first key in the cache
   * @param values its first value
   * @param position of the first row
   * @param rows rows
   * @param heads query heads
   * @param queries query heads that share a head of keys
   * @param keyDim values of a key
   * @param valueDim values of a value
   * @param capacity places of the layer
   * @param scale multiplies scores
   * @param softCap bound of scores, or 0
   * @param before positions before its own that a row attends to at most
   * @param after positions after its own
   * @param end after the last position that any row attends to
   * @param chunk positions of a chunk, or 0
   * @param sinks a logit of each head, or {@link #NONE}
   * @param slopes of each head, or {@link #NONE}
   * @param biases of each head by distance, or {@link #NONE}
   * @param reach the farthest distance that they tell
   * @param scores where scores are kept, {@link #scoreWords}; unused by the short kernel
   * @param span positions that a row attends to at most
   */
  public record Arguments(
      int q,
      int out,
      int keys,
      int values,
      int position,
      int rows,
      int heads,
      int queries,
      int keyDim,
      int valueDim,
      int capacity,
      float scale,
      float softCap,
      int before,
      int after,
      int end,
      int chunk,
      int sinks,
      int slopes,
      int biases,
      int reach,
      int scores,
      int span) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("q", Arguments::q)
            .number("out", Arguments::out)
            .number("keys", Arguments::keys)
            .number("values", Arguments::values)
            .signed("position", Arguments::position)
            .number("rows", Arguments::rows)
            .number("heads", Arguments::heads)
            .number("queries", Arguments::queries)
            .number("keyDim", Arguments::keyDim)
            .number("valueDim", Arguments::valueDim)
            .number("capacity", Arguments::capacity)
            .real("scale", Arguments::scale)
            .real("softCap", Arguments::softCap)
            .signed("before", Arguments::before)
            .signed("after", Arguments::after)
            .signed("end", Arguments::end)
            .signed("chunk", Arguments::chunk)
            .number("sinks", Arguments::sinks)
            .number("slopes", Arguments::slopes)
            .number("biases", Arguments::biases)
            .signed("reach", Arguments::reach)
            .number("scores", Arguments::scores)
            .number("span", Arguments::span);

    /** Words that the kernel for many positions needs at {@code scores}. */
    public long scoreWords() {
      return (long) rows * heads * span;
    }
  }

  /**
   * The kernel of a cache's type.
   *
   * @param few whether rows attend to at most {@link #SHORT} positions
   */
  public static GpuKernel<Arguments> kernel(KvType type, boolean few) {
    String name = (few ? "shortAttention" : "attention") + type.name().replace("_", "");
    KernelText<Arguments> text =
        new KernelText<>(name, Arguments.LAYOUT)
            .binds(Binding.ARENA, Binding.CACHE)
            .shares("lanes", "f32", 16)
            .shares("largest", "atomic<i32>", 1)
            .declares(AttentionText.SCORE)
            .declares(StoreKv.sized(AttentionText.dot(type), type));
    if (few) {
      text.shares("kept", "f32", SHORT);
    }
    String body =
        StoreKv.sized(AttentionText.BODY + AttentionText.values(type), type)
            .replace("KEPT[", few ? "kept[" : "arena[scores + ")
            .replace("AS_KEPT", few ? "" : "bitcast<u32>")
            .replace("AS_FLOAT", few ? "" : "bitcast<f32>");
    return text.body(a -> Grid.of((long) a.rows * a.heads), body);
  }
}
