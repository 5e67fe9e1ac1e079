package io.wasmchord.web.wgsl.attention;

import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/**
 * Turns queries and keys in place and stores keys and values, of the rows of one sequence: what
 * {@code Rope} of both and {@link StoreKv} do. A workgroup has a head of a row.
 */
public final class RopeStore {
  private static final String BODY =
      """
        let all = p.queryHeads + 2u * p.heads;
        let row = group / all;
        let head = group % all;
        if (row >= p.rows) {
          return;
        }
        if (head < p.queryHeads) {
          turn(p.q + (row * p.queryHeads + head) * p.keyDim, row, thread);
          return;
        }
        let place = (p.position + row) % p.capacity;
        if (head < p.queryHeads + p.heads) {
          let kvHead = head - p.queryHeads;
          let at = p.k + (row * p.heads + kvHead) * p.keyDim;
          turn(at, row, thread);
          storageBarrier();
          let to = p.keys + (kvHead * p.capacity + place) / 16u * 16u * KEY_ELEMENTS + place % 16u;
          for (var unit = thread; unit < KEY_UNITS; unit += 64u) {
            put(at, unit, p.keyDim, to, 16u);
          }
          return;
        }
        let kvHead = head - p.queryHeads - p.heads;
        let at = p.v + (row * p.heads + kvHead) * p.valueDim;
        let to = p.values + (kvHead * p.capacity + place) * VALUE_ELEMENTS;
        for (var unit = thread; unit < VALUE_UNITS; unit += 64u) {
          put(at, unit, p.valueDim, to, 1u);
        }
      """;
  private static final String TURN =
      """
      fn turn(start: u32, row: u32, thread: u32) {
        for (var pair = thread; pair < p.pairs; pair += 64u) {
          let angle = p.table + 2u * (row * p.pairs + pair);
          let c = load(angle);
          let s = load(angle + 1u);
          let at = start + PLACE;
          let other = at + APART;
          let a = load(at);
          let b = load(other);
          store(at, sub(mul(a, c), mul(b, s)));
          store(other, add(mul(a, s), mul(b, c)));
        }
      }
      """;

  private RopeStore() {}

  /**
   * What it is told.
   *
   * @param q queries, [rows, queryHeads * keyDim]
   * @param queryHeads heads of queries
   * @param table cosine and sine of each pair of queries' and keys' heads, [rows, 2 * pairs]
   * @param pairs pairs of a head that are turned
   * @param store what is told of keys and values
   */
  public record Arguments(int q, int queryHeads, int table, int pairs, StoreKv.Arguments store) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("q", Arguments::q)
            .number("queryHeads", Arguments::queryHeads)
            .number("table", Arguments::table)
            .number("pairs", Arguments::pairs)
            .number("k", a -> a.store.k())
            .number("v", a -> a.store.v())
            .number("keys", a -> a.store.keys())
            .number("values", a -> a.store.values())
            .number("position", a -> a.store.position())
            .number("rows", a -> a.store.rows())
            .number("heads", a -> a.store.heads())
            .number("keyDim", a -> a.store.keyDim())
            .number("valueDim", a -> a.store.valueDim())
            .number("capacity", a -> a.store.capacity());
  }

  /** Of a cache of this type. */
  public static GpuKernel<Arguments> kernel(KvType type, RopeOrder order) {
    boolean halves = order == RopeOrder.NEOX;
    String name = (halves ? "ropeHalves" : "ropeNeighbours") + "StoreKv";
    return new KernelText<>(name + type.name().replace("_", ""), Arguments.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .declares(StoreKv.put(type))
        .declares(
            TURN.replace("PLACE", halves ? "pair" : "2u * pair")
                .replace("APART", halves ? "p.pairs" : "1u"))
        .body(
            a -> Grid.of((long) a.store.rows() * (a.queryHeads + 2L * a.store.heads())),
            StoreKv.sized(BODY, type));
  }
}
