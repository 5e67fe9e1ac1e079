package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.AttentionArguments;
import io.wasmchord.web.kernels.arguments.StoreKvArguments;
import io.wasmchord.web.memory.Region;

/** Attention and cache writes as commands. */
final class AttentionEncoder {
  private final CommandList list;
  private final Scratch scratch;

  AttentionEncoder(CommandList list, Scratch scratch) {
    this.list = list;
    this.scratch = scratch;
  }

  void store(Command.StoreKv c) {
    SimdKvCache cache = SimdKvCache.of(c.cache());
    KvSpec spec = cache.spec();
    SimdTensor k = SimdTensor.of(c.k());
    list.add(
        KernelModule.storeKv(spec.type()),
        k.rows() * spec.kvHeads(),
        new StoreKvArguments(
            k.region(),
            SimdTensor.of(c.v()).region(),
            cache.keys(c.layer()),
            cache.values(c.layer()),
            c.position(),
            spec.kvHeads(),
            spec.keyDim(),
            spec.valueDim(),
            spec.capacity(c.layer())));
  }

  /** Returns what the command writes. */
  Region attend(Command.Attention c) {
    SimdKvCache cache = SimdKvCache.of(c.cache());
    KvSpec spec = cache.spec();
    SimdTensor q = SimdTensor.of(c.q());
    Region out = SimdTensor.of(c.out()).region();
    scratch.require(Scratch.attention(spec.capacity(c.layer())));
    list.add(
        KernelModule.attention(spec.type()),
        q.rows() * c.heads(),
        new AttentionArguments(
            q.region(),
            out,
            cache.keys(c.layer()),
            cache.values(c.layer()),
            c.position(),
            c.heads(),
            c.heads() / spec.kvHeads(),
            spec.keyDim(),
            spec.valueDim(),
            spec.capacity(c.layer()),
            c.scale(),
            c.softCap(),
            c.before(),
            c.after(),
            c.end()));
    return out;
  }
}
