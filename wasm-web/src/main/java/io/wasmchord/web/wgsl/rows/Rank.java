package io.wasmchord.web.wgsl.rows;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * The largest values of rows, a workgroup a row. Of what is left, the largest is found, then the
 * first index that has it; that is taken, and so on.
 */
public final class Rank {
  private Rank() {}

  /**
   * What they are told.
   *
   * @param x rows of values
   * @param indices results: whole numbers as float32, [rows, k]
   * @param values results, [rows, k]
   * @param cols values from one row to the next
   * @param count values of a row that are looked at, at most 2^24
   * @param k how many are wanted
   * @param rows rows
   */
  public record Arguments(int x, int indices, int values, int cols, int count, int k, int rows) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("x", Arguments::x)
            .number("indices", Arguments::indices)
            .number("values", Arguments::values)
            .number("cols", Arguments::cols)
            .number("count", Arguments::count)
            .number("k", Arguments::k)
            .number("rows", Arguments::rows);
  }

  /** The k largest, in descending order; what is not a number is larger than all numbers. */
  public static GpuKernel<Arguments> topK() {
    return new KernelText<>("topK", Arguments.LAYOUT)
        .binds(Binding.ARENA)
        .threads(256)
        .shares("largest", "atomic<i32>", 1)
        .shares("first", "atomic<u32>", 1)
        .declares(
            """
            fn rank(x: f32) -> i32 {
              return select(order(x), 0x7fffffff, isNan(x));
            }
            """)
        .body(
            a -> Grid.of(a.rows),
            """
              if (group >= p.rows) {
                return;
              }
              let start = p.x + group * p.cols;
              var taken = 0x7fffffff;
              var behind = -1;
              for (var k = 0u; k < p.k; k++) {
                if (thread == 0u) {
                  atomicStore(&largest[0], -0x7fffffff);
                  atomicStore(&first[0], p.count);
                }
                workgroupBarrier();
                var most = -0x7fffffff;
                var at = p.count;
                for (var i = thread; i < p.count; i += 256u) {
                  let r = rank(load(start + i));
                  if ((r < taken || (r == taken && i32(i) > behind)) && r > most) {
                    most = r;
                    at = i;
                  }
                }
                atomicMax(&largest[0], most);
                workgroupBarrier();
                taken = atomicLoad(&largest[0]);
                if (most == taken) {
                  atomicMin(&first[0], at);
                }
                workgroupBarrier();
                let index = atomicLoad(&first[0]);
                behind = i32(index);
                if (thread == 0u) {
                  store(p.indices + group * p.k + k, f32(index));
                  arena[p.values + group * p.k + k] = arena[start + min(index, p.count - 1u)];
                }
                workgroupBarrier();
              }
            """);
  }
}
