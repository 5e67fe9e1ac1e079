package io.wasmchord.web.simd;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.arguments.AttentionArguments;
import io.wasmchord.web.kernels.arguments.StoreKvArguments;
import io.wasmchord.web.memory.Region;
import org.jspecify.annotations.Nullable;

/** Attention and cache writes as commands. */
final class AttentionEncoder {
  private final CommandList list;
  private final KernelScratch scratch;

  AttentionEncoder(CommandList list, KernelScratch scratch) {
    this.list = list;
    this.scratch = scratch;
  }

  void store(Command.StoreKv c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      SimdKvCache cache = SimdKvCache.of(rows.cache());
      KvSpec spec = cache.spec();
      KvSpec.Heads kv = spec.heads(c.layer());
      list.add(
          KernelModule.storeKv(spec.type()),
          rows.count() * kv.count(),
          new StoreKvArguments(
              region(c.k(), first, rows),
              region(c.v(), first, rows),
              cache.keys(c.layer()),
              cache.values(c.layer()),
              rows.position(),
              kv.count(),
              kv.keyDim(),
              kv.valueDim(),
              spec.capacity(c.layer())));
      first += rows.count();
    }
  }

  /** A sequence's rows. */
  private static Region region(Tensor tensor, int first, SequenceRows rows) {
    return SimdTensor.of(tensor).rows(first, rows.count()).region();
  }

  private static Region optional(@Nullable Tensor tensor) {
    return tensor == null ? Region.NONE : SimdTensor.of(tensor).region();
  }

  /** Returns what the command writes. */
  Region attend(Command.Attention c) {
    int first = 0;
    for (SequenceRows rows : c.sequences()) {
      attend(c, rows, first);
      first += rows.count();
    }
    return SimdTensor.of(c.out()).region();
  }

  private void attend(Command.Attention c, SequenceRows rows, int first) {
    SimdKvCache cache = SimdKvCache.of(rows.cache());
    KvSpec spec = cache.spec();
    KvSpec.Heads kv = spec.heads(c.layer());
    scratch.require(KernelScratch.attention(spec.capacity(c.layer())));
    list.add(
        KernelModule.attention(spec.type()),
        rows.count() * c.heads(),
        new AttentionArguments(
            region(c.q(), first, rows),
            region(c.out(), first, rows),
            cache.keys(c.layer()),
            cache.values(c.layer()),
            rows.position(),
            c.heads(),
            c.heads() / kv.count(),
            kv.keyDim(),
            kv.valueDim(),
            spec.capacity(c.layer()),
            c.scale(),
            c.softCap(),
            c.before(rows),
            c.after(rows),
            c.end(rows),
            c.chunk(),
            optional(c.options().sinks()),
            optional(c.options().slopes()),
            optional(c.options().biases()),
            c.options().reach()));
  }
}
