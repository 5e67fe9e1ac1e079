package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.web.kernels.KernelModule;
import java.util.List;
import java.util.Objects;

/** Attention and cache writes as commands. */
final class AttentionEncoder {
  private final KernelModule kernels;
  private final CommandList list;
  private final Scratch scratch;

  AttentionEncoder(KernelModule kernels, CommandList list, Scratch scratch) {
    this.kernels = kernels;
    this.list = list;
    this.scratch = scratch;
  }

  private int kernel(String name) {
    return Objects.requireNonNull(kernels.table().get(name), name);
  }

  void store(Command.StoreKv c) {
    SimdKvCache cache = SimdKvCache.of(c.cache());
    KvSpec spec = cache.spec();
    SimdTensor k = SimdTensor.of(c.k());
    SimdTensor v = SimdTensor.of(c.v());
    Region keys = cache.keys(c.layer());
    Region values = cache.values(c.layer());
    list.add(
            kernel(KernelModule.storeKv(spec.type())),
            k.rows() * spec.kvHeads(),
            List.of(Region.of(k), Region.of(v)),
            keys,
            values)
        .put(k.address())
        .put(v.address())
        .put(keys.address())
        .put(values.address())
        .put(c.position())
        .put(spec.kvHeads())
        .put(1)
        .put(spec.keyDim())
        .put(spec.valueDim())
        .put(spec.capacity(c.layer()));
  }

  /** Returns what the command writes. */
  Region attend(Command.Attention c) {
    SimdKvCache cache = SimdKvCache.of(c.cache());
    KvSpec spec = cache.spec();
    SimdTensor q = SimdTensor.of(c.q());
    SimdTensor out = SimdTensor.of(c.out());
    Region keys = cache.keys(c.layer());
    Region values = cache.values(c.layer());
    scratch.require(Scratch.attention(spec.capacity(c.layer())));
    list.add(
            kernel(KernelModule.attention(spec.type())),
            q.rows() * c.heads(),
            List.of(Region.of(q), keys, values),
            Region.of(out))
        .put(q.address())
        .put(out.address())
        .put(keys.address())
        .put(values.address())
        .put(c.position())
        .put(c.heads())
        .put(c.heads() / spec.kvHeads())
        .put(spec.keyDim())
        .put(spec.valueDim())
        .put(spec.capacity(c.layer()))
        .put(c.scale())
        .put(c.softCap())
        .put(c.before())
        .put(c.after())
        .put(c.end());
    return Region.of(out);
  }
}
