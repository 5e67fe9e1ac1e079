package io.wasmchord.web.wgsl.attention;

import io.wasmchord.backend.KvType;

/** The text of attention. */
final class AttentionText {
  /** What becomes of a dot product, and what numbers lie between. */
  static final String SCORE =
      """
      fn scored(dot: f32, own: i32, other: i32, head: u32) -> f32 {
        var s = mul(dot, p.scale);
        if (magnitude(p.softCap) != 0u) {
          s = mul(p.softCap, hyperbolicTangent(divide(s, p.softCap)));
        }
        if (p.slopes != 0xffffffffu) {
          s = sub(s, mul(load(p.slopes + head), f32(abs(own - other))));
        }
        if (p.biases != 0xffffffffu) {
          let place = clamp(other - own, -p.reach, p.reach) + p.reach;
          s = add(s, load(p.biases + head * u32(2 * p.reach + 1) + u32(place)));
        }
        return s;
      }
      fn fromOrder(x: i32) -> f32 {
        return asFloat(select(bitcast<u32>(x), bitcast<u32>(-x) | 0x80000000u, x < 0));
      }
      """;

  /** The whole of a head but its values. */
  static final String BODY =
      """
        let row = group / p.heads;
        let head = group % p.heads;
        if (row >= p.rows) {
          return;
        }
        let own = p.position + i32(row);
        var first = max(0, own - p.before);
        if (p.chunk > 0) {
          first = own / p.chunk * p.chunk;
        }
        let count = u32(min(p.end - 1, own + p.after) - first + 1);
        let kvHead = head / p.queries;
        let scores = p.scores + group * p.span;
        var sink = asFloat(0xff800000u);
        if (p.sinks != 0xffffffffu) {
          sink = load(p.sinks + head);
        }
        if (thread == 0u) {
          atomicStore(&largest[0], order(asFloat(select(0xff800000u, bitcast<u32>(sink), !isNan(sink)))));
        }
        workgroupBarrier();
        let start = p.q + group * p.keyDim;
        for (var i = thread; i < count; i += 64u) {
          let place = (u32(first) + i) % p.capacity;
          let key = p.keys + (kvHead * p.capacity + place) / 16u * 16u * KEY_ELEMENTS + place % 16u;
          let s = scored(dot(start, key), own, first + i32(i), head);
          KEPT[i] = AS_KEPT(s);
          if (!isNan(s)) {
            atomicMax(&largest[0], order(s));
          }
        }
        workgroupBarrier();
        let most = fromOrder(atomicLoad(&largest[0]));
        for (var i = thread; i < count; i += 64u) {
          KEPT[i] = AS_KEPT(exponential(sub(AS_FLOAT(KEPT[i]), most)));
        }
        workgroupBarrier();
        storageBarrier();
        if (thread < 16u) {
          var sum = 0f;
          for (var i = (thread - u32(first)) & 15u; i < count; i += 16u) {
            sum = add(sum, AS_FLOAT(KEPT[i]));
          }
          lanes[thread] = sum;
        }
        for (var part = 8u; part > 0u; part = part >> 1u) {
          workgroupBarrier();
          if (thread < part) {
            lanes[thread] = add(lanes[thread], lanes[thread + part]);
          }
        }
        workgroupBarrier();
        let inverse = divide(1f, add(lanes[0], exponential(sub(sink, most))));
        let to = p.out + group * p.valueDim;
        let value = p.values + kvHead * p.capacity * VALUE_ELEMENTS;
      """;

  private AttentionText() {}

  /** The function of a dot product of a query in the arena and a key. */
  static String dot(KvType type) {
    return "fn dot(query: u32, key: u32) -> f32 {\n  var sum = 0f;\n"
        + switch (type) {
          case F32 ->
              """
                for (var d = 0u; d < p.keyDim; d++) {
                  sum = add(sum, mul(load(query + d), bitcast<f32>(kv[key + 16u * d])));
                }
              """;
          case F16 ->
              """
                for (var d = 0u; d < p.keyDim / 2u; d++) {
                  let both = kv[key + 16u * d];
                  sum = add(sum, mul(load(query + 2u * d), half(both & 0xffffu)));
                  sum = add(sum, mul(load(query + 2u * d + 1u), half(both >> 16u)));
                }
                if ((p.keyDim & 1u) == 1u) {
                  let d = p.keyDim / 2u;
                  sum = add(sum, mul(load(query + 2u * d), half(kv[key + 16u * d] & 0xffffu)));
                }
              """;
          case Q8_0 ->
              """
                for (var d = 0u; d < p.keyDim / 4u; d++) {
                  let block = key + 16u * 9u * (d / 8u);
                  let scale = bitcast<f32>(kv[block]);
                  let four = kv[block + 16u * (1u + d % 8u)];
                  for (var k = 0u; k < 4u; k++) {
                    let q = f32(bitcast<i32>(four << (24u - 8u * k)) >> 24u);
                    sum = add(sum, mul(load(query + 4u * d + k), mul(q, scale)));
                  }
                }
              """;
        }
        + "  return sum;\n}\n";
  }

  /** What threads do with values. */
  static String values(KvType type) {
    return switch (type) {
      case F32 ->
          """
            for (var d = thread; d < p.valueDim; d += 64u) {
              var sum = 0f;
              var place = u32(first) % p.capacity;
              for (var i = 0u; i < count; i++) {
                sum = add(sum, mul(AS_FLOAT(KEPT[i]), bitcast<f32>(kv[value + place * p.valueDim + d])));
                place = select(place + 1u, 0u, place + 1u == p.capacity);
              }
              store(to + d, mul(sum, inverse));
            }
          """;
      case F16 ->
          """
            for (var d = thread; d < (p.valueDim + 1u) / 2u; d += 64u) {
              var low = 0f;
              var high = 0f;
              var place = u32(first) % p.capacity;
              for (var i = 0u; i < count; i++) {
                let e = AS_FLOAT(KEPT[i]);
                let both = kv[value + place * ((p.valueDim + 1u) / 2u) + d];
                low = add(low, mul(e, half(both & 0xffffu)));
                high = add(high, mul(e, half(both >> 16u)));
                place = select(place + 1u, 0u, place + 1u == p.capacity);
              }
              store(to + 2u * d, mul(low, inverse));
              if (2u * d + 1u < p.valueDim) {
                store(to + 2u * d + 1u, mul(high, inverse));
              }
            }
          """;
      case Q8_0 ->
          """
            for (var d = thread; d < p.valueDim; d += 64u) {
              var sum = 0f;
              var place = u32(first) % p.capacity;
              for (var i = 0u; i < count; i++) {
                let block = value + place * (p.valueDim / 32u * 9u) + 9u * (d / 32u);
                let four = kv[block + 1u + d % 32u / 4u];
                let q = f32(bitcast<i32>(four << (24u - 8u * (d & 3u))) >> 24u);
                sum = add(sum, mul(AS_FLOAT(KEPT[i]), mul(q, bitcast<f32>(kv[block]))));
                place = select(place + 1u, 0u, place + 1u == p.capacity);
              }
              store(to + d, mul(sum, inverse));
            }
          """;
    };
  }
}
