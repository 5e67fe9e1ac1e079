package io.wasmchord.web.wgsl.experts;

import io.wasmchord.backend.Routing;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;
import io.wasmchord.web.wgsl.text.Literal;

/** The choice of experts, as {@code ExpertRouting} defines it; a workgroup a row. */
public final class Route {
  /** The most experts that a row can choose from. */
  public static final int MOST = 512;

  /** The most groups of experts. */
  public static final int MOST_GROUPS = 64;

  /** In place of a word's offset: there is no such thing. */
  public static final int NONE = -1;

  private static final String FUNCTIONS =
      """
      const TAKEN = -2147483647;
      const NOT_A_NUMBER = -2147483646;
      fn rank(x: f32) -> i32 {
        return select(order(x), NOT_A_NUMBER, isNan(x));
      }
      fn take(thread: u32, count: u32) -> u32 {
        workgroupBarrier();
        if (thread == 0u) {
          atomicStore(&largest[0], TAKEN);
          atomicStore(&first[0], count);
          atomicStore(&last[0], 0u);
        }
        workgroupBarrier();
        for (var i = thread; i < count; i += 64u) {
          atomicMax(&largest[0], keys[i]);
        }
        workgroupBarrier();
        let most = atomicLoad(&largest[0]);
        for (var i = thread; i < count; i += 64u) {
          if (keys[i] == most) {
            atomicMin(&first[0], i);
            atomicMax(&last[0], i);
          }
        }
        workgroupBarrier();
        let found = select(atomicLoad(&first[0]), atomicLoad(&last[0]), most == NOT_A_NUMBER);
        workgroupBarrier();
        if (thread == 0u) {
          keys[found] = TAKEN;
        }
        workgroupBarrier();
        return found;
      }
      fn chosenBy(e: u32) -> f32 {
        if (p.selection == 0xffffffffu) {
          return scores[e];
        }
        return add(scores[e], load(p.selection + e));
      }
      """;
  private static final String MAX =
      """
        if (thread == 0u) {
          atomicStore(&largest[0], order(asFloat(0xff800000u)));
        }
        workgroupBarrier();
        for (var i = thread; i < COUNT; i += 64u) {
          if (!isNan(scores[i])) {
            atomicMax(&largest[0], order(scores[i]));
          }
        }
        workgroupBarrier();
        for (var i = thread; i < COUNT; i += 64u) {
          scores[i] = exponential(sub(scores[i], fromOrder(atomicLoad(&largest[0]))));
        }
        workgroupBarrier();
        if (thread == 0u) {
          var sum = 0f;
          for (var i = 0u; i < COUNT; i++) {
            sum = add(sum, scores[i]);
          }
          total[0] = sum;
        }
        workgroupBarrier();
        for (var i = thread; i < COUNT; i += 64u) {
          scores[i] = divide(scores[i], total[0]);
        }
        workgroupBarrier();
      """;
  private static final String FROM_ORDER =
      """
      fn fromOrder(x: i32) -> f32 {
        return asFloat(select(bitcast<u32>(x), bitcast<u32>(-x) | 0x80000000u, x < 0));
      }
      """;
  private static final String SIGMOIDS =
      """
        for (var i = thread; i < COUNT; i += 64u) {
          scores[i] = sigmoid(scores[i]);
        }
        workgroupBarrier();
      """;
  private static final String GROUPS =
      """
        let size = p.count / p.groups;
        if (p.groups > 1u) {
          for (var g = thread; g < p.groups; g += 64u) {
            var one = asFloat(0xff800000u);
            var two = one;
            for (var e = g * size; e < (g + 1u) * size; e++) {
              let x = chosenBy(e);
              if (above(x, one)) {
                two = one;
                one = x;
              } else if (above(x, two)) {
                two = x;
              }
            }
            keys[g] = rank(add(one, two));
          }
          for (var i = 0u; i < p.groupsUsed; i++) {
            let found = take(thread, p.groups);
            if (thread == 0u) {
              taken[found] = 1u;
            }
          }
          workgroupBarrier();
        }
        for (var e = thread; e < p.count; e += 64u) {
          let out = p.groups > 1u && taken[e / size] == 0u;
          keys[e] = rank(select(chosenBy(e), asFloat(0xff800000u), out));
        }
        for (var i = 0u; i < p.used; i++) {
          take(thread, p.count);
        }
        if (thread == 0u) {
          var to = 0u;
          for (var e = 0u; e < p.count; e++) {
            if (keys[e] == TAKEN) {
              arena[p.ids + group * p.used + to] = e;
              scores[to] = scores[e];
              to += 1u;
            }
          }
        }
        workgroupBarrier();
      """;
  private static final String WEIGHTS =
      """
        if (thread == 0u) {
          var sum = 0f;
          for (var i = 0u; i < p.used; i++) {
            sum = add(sum, scores[i]);
          }
          sum = select(sum, LEAST, above(LEAST, sum));
          for (var i = 0u; i < p.used; i++) {
            var weight = scores[i];
            if (p.normalized != 0u) {
              weight = divide(weight, sum);
            }
            weight = mul(weight, p.scale);
            if (p.scales != 0xffffffffu) {
              weight = mul(weight, load(p.scales + arena[p.ids + group * p.used + i]));
            }
            store(p.weights + group * p.used + i, weight);
          }
        }
      """
          .replace("LEAST", Literal.of(6.1035156e-5f));

  private Route() {}

  /**
   * What it is told.
   *
   * @param logits [rows, count]
   * @param selection [count], or {@link #NONE}
   * @param scales [count], or {@link #NONE}
   * @param ids results: each row's experts, rising, whole numbers, [rows, used]
   * @param weights results: their weights, [rows, used]
   * @param rows rows
   * @param count experts, at most {@link #MOST}
   * @param used experts of a row
   * @param groups of experts, at most {@link #MOST_GROUPS}
   * @param groupsUsed groups that are chosen from
   * @param normalized 1 where weights are divided by their sum, else 0
   * @param scale multiplies weights
   */
  public record Arguments(
      int logits,
      int selection,
      int scales,
      int ids,
      int weights,
      int rows,
      int count,
      int used,
      int groups,
      int groupsUsed,
      int normalized,
      float scale) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("logits", Arguments::logits)
            .number("selection", Arguments::selection)
            .number("scales", Arguments::scales)
            .number("ids", Arguments::ids)
            .number("weights", Arguments::weights)
            .number("rows", Arguments::rows)
            .number("count", Arguments::count)
            .number("used", Arguments::used)
            .number("groups", Arguments::groups)
            .number("groupsUsed", Arguments::groupsUsed)
            .number("normalized", Arguments::normalized)
            .real("scale", Arguments::scale);
  }

  /** The kernel of a gating. */
  public static GpuKernel<Arguments> kernel(Routing.Gating gating) {
    String name =
        switch (gating) {
          case SOFTMAX -> "routeSoftmax";
          case SIGMOID -> "routeSigmoid";
          case SOFTMAX_OF_CHOSEN -> "routeSoftmaxOfChosen";
          case SIGMOID_OF_CHOSEN -> "routeSigmoidOfChosen";
        };
    String before =
        switch (gating) {
          case SOFTMAX -> MAX;
          case SIGMOID -> SIGMOIDS;
          case SOFTMAX_OF_CHOSEN, SIGMOID_OF_CHOSEN -> "";
        };
    String after =
        switch (gating) {
          case SOFTMAX, SIGMOID -> "";
          case SOFTMAX_OF_CHOSEN -> MAX;
          case SIGMOID_OF_CHOSEN -> SIGMOIDS;
        };
    return new KernelText<>(name, Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .shares("scores", "f32", MOST)
        .shares("keys", "i32", MOST)
        .shares("taken", "u32", MOST_GROUPS)
        .shares("total", "f32", 1)
        .shares("largest", "atomic<i32>", 1)
        .shares("first", "atomic<u32>", 1)
        .shares("last", "atomic<u32>", 1)
        .declares(FROM_ORDER)
        .declares(FUNCTIONS)
        .body(
            a -> Grid.of(a.rows),
            """
              if (group >= p.rows) {
                return;
              }
              for (var e = thread; e < p.count; e += 64u) {
                scores[e] = load(p.logits + group * p.count + e);
              }
              workgroupBarrier();
            """
                + before.replace("COUNT", "p.count")
                + GROUPS
                + after.replace("COUNT", "p.used")
                + WEIGHTS);
  }
}
