package io.wasmchord.web.wgsl.attention;

import io.wasmchord.backend.KvType;
import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Grid;
import io.wasmchord.web.wgsl.text.KernelText;

/** Stores keys and values in a layer of a cache, as {@link KvWords} lays them out. */
public final class StoreKv {
  private static final String BODY =
      """
        let keyUnits = KEY_UNITS;
        let units = keyUnits + VALUE_UNITS;
        let i = group * 64u + thread;
        let row = i / (units * p.heads);
        if (row >= p.rows) {
          return;
        }
        let head = i / units % p.heads;
        let unit = i % units;
        let place = (p.position + row) % p.capacity;
        if (unit < keyUnits) {
          let to = p.keys + (head * p.capacity + place) / 16u * 16u * KEY_ELEMENTS + place % 16u;
          put(p.k + (row * p.heads + head) * p.keyDim, unit, p.keyDim, to, 16u);
        } else {
          let to = p.values + (head * p.capacity + place) * VALUE_ELEMENTS;
          put(p.v + (row * p.heads + head) * p.valueDim, unit - keyUnits, p.valueDim, to, 1u);
        }
      """;
  private static final String F32 =
      """
      fn put(start: u32, unit: u32, dim: u32, to: u32, apart: u32) {
        kv[to + unit * apart] = arena[start + unit];
      }
      """;
  private static final String F16 =
      """
      fn put(start: u32, unit: u32, dim: u32, to: u32, apart: u32) {
        let low = toHalfFinite(load(start + 2u * unit));
        let high = select(0u, toHalfFinite(load(start + 2u * unit + 1u)), 2u * unit + 1u < dim);
        kv[to + unit * apart] = low | (high << 16u);
      }
      """;
  private static final String Q8_0 =
      """
      fn away(x: f32) -> i32 {
        let inside = select(x, 0f, magnitude(x) > 0x43000000u);
        let whole = i32(trunc(inside));
        let rest = magnitude(sub(inside, f32(whole)));
        let one = select(1, -1, bitcast<i32>(x) < 0);
        let near = whole + select(0, one, rest >= 0x3f000000u);
        let far = select(one, -one, magnitude(x) > 0x4f000000u) * 127;
        return select(clamp(select(near, far, magnitude(x) > 0x43000000u), -127, 127), 0, isNan(x));
      }
      fn put(start: u32, unit: u32, dim: u32, to: u32, apart: u32) {
        var most = 0u;
        for (var i = 0u; i < 32u; i++) {
          let x = load(start + 32u * unit + i);
          most = max(most, select(magnitude(x), 0u, isNan(x)));
        }
        let d = divide(asFloat(most), 127f);
        let inverse = select(divide(1f, d), 0f, magnitude(d) == 0u);
        kv[to + 9u * unit * apart] = bitcast<u32>(half(toHalfFinite(d)));
        for (var w = 0u; w < 8u; w++) {
          var word = 0u;
          for (var i = 0u; i < 4u; i++) {
            let q = away(mul(load(start + 32u * unit + 4u * w + i), inverse));
            word |= (bitcast<u32>(q) & 255u) << (8u * i);
          }
          kv[to + (9u * unit + 1u + w) * apart] = word;
        }
      }
      """;

  private StoreKv() {}

  /**
   * What they are told, of the rows of one sequence.
   *
   * @param k keys, [rows, heads * keyDim]
   * @param v values, [rows, heads * valueDim]
   * @param keys word of the layer's first key in the cache
   * @param values word of its first value
   * @param position of the first row
   * @param rows rows
   * @param heads of keys and values
   * @param keyDim values of a key
   * @param valueDim values of a value
   * @param capacity places of the layer
   * @param type how the cache stores them; the kernel's own
   */
  public record Arguments(
      int k,
      int v,
      int keys,
      int values,
      int position,
      int rows,
      int heads,
      int keyDim,
      int valueDim,
      int capacity,
      KvType type) {
    static final ArgumentLayout<Arguments> LAYOUT =
        ArgumentLayout.<Arguments>empty()
            .number("k", Arguments::k)
            .number("v", Arguments::v)
            .number("keys", Arguments::keys)
            .number("values", Arguments::values)
            .number("position", Arguments::position)
            .number("rows", Arguments::rows)
            .number("heads", Arguments::heads)
            .number("keyDim", Arguments::keyDim)
            .number("valueDim", Arguments::valueDim)
            .number("capacity", Arguments::capacity);

    private long units() {
      return (long) rows * heads * (units(keyDim) + units(valueDim));
    }

    private int units(int dim) {
      return switch (type) {
        case F32 -> dim;
        case F16 -> (dim + 1) / 2;
        case Q8_0 -> dim / 32;
      };
    }
  }

  /** Of a cache of this type. */
  public static GpuKernel<Arguments> kernel(KvType type) {
    String put =
        switch (type) {
          case F32 -> F32;
          case F16 -> F16;
          case Q8_0 -> Q8_0;
        };
    return new KernelText<>("storeKv" + type.name().replace("_", ""), Arguments.LAYOUT)
        .binds(Binding.ARENA, Binding.CACHE)
        .declares(put)
        .body(a -> Grid.covering(a.units(), 64), sized(BODY, type));
  }

  /** Replaces the names of counts of units and elements by their formulas. */
  static String sized(String text, KvType type) {
    return text.replace("KEY_UNITS", units(type, "p.keyDim"))
        .replace("VALUE_UNITS", units(type, "p.valueDim"))
        .replace("KEY_ELEMENTS", elements(type, "p.keyDim"))
        .replace("VALUE_ELEMENTS", elements(type, "p.valueDim"));
  }

  private static String units(KvType type, String dim) {
    return type == KvType.Q8_0 ? "(" + dim + " / 32u)" : elements(type, dim);
  }

  private static String elements(KvType type, String dim) {
    return switch (type) {
      case F32 -> dim;
      case F16 -> "((" + dim + " + 1u) / 2u)";
      case Q8_0 -> "(" + dim + " / 32u * 9u)";
    };
  }
}
