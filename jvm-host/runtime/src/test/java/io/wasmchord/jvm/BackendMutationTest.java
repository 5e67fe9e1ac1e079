package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.Op;
import io.wasmchord.backend.scalar.ScalarBackend;
import io.wasmchord.bytes.ByteView;
import io.wasmchord.bytes.Memory;
import io.wasmchord.bytes.MemoryAllocator;
import io.wasmchord.errors.ChordException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.Parallel;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.vector.VectorBackend;
import io.wasmchord.model.Encoding;
import io.wasmchord.model.Model;
import io.wasmchord.model.TinyFiles;
import io.wasmchord.model.transformer.ModelLoader;
import io.wasmchord.quant.TensorType;
import io.wasmchord.weights.HeapWeights;
import io.wasmchord.weights.WeightSource;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Damaged models on both backends: what one computes the other computes, to the same bits; what one
 * refuses the other refuses, with the same typed error. {@code -Dchord.mutations} is how many.
 */
class BackendMutationTest {
  private static final int FILES = Integer.getInteger("chord.mutations", 240);
  private static final int SEED = Integer.getInteger("chord.mutations.first", 0);

  private record Native(String name, Memory bytes) implements WeightSource {
    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public ByteView view(long offset, long length) {
      return bytes.slice(offset, length);
    }

    @Override
    public void close() {}
  }

  /** GreedyRun or hidden states, or the error's kind and message. */
  private static String outcome(WeightSource source, ComputeBackend backend, int seed) {
    try {
      GgufFile file = GgufReader.parse(source.view(0, source.size()), source.size(), "mutant");
      try (Model model = ModelLoader.load(file, source, backend, 2, RunControl.NONE)) {
        return Arrays.toString(compute(model, KvType.values()[seed % KvType.values().length]));
      }
    } catch (ChordException e) {
      return e.code() + ": " + e.getMessage();
    }
  }

  private static float[] compute(Model model, KvType type) {
    KvCache cache = model.newCache(Math.min(model.config().contextLength(), 40), type);
    int last = model.config().vocabulary() - 1;
    if (model.config().encoder() || model.config().stacks().decodes()) {
      int[] text = cache.spec().positions() > 1 ? new int[] {0, last} : new int[] {0};
      Encoding encoding = model.encode(text, cache);
      while (encoding.step()) {}
      float[] rows = model.projected(encoding.rows());
      if (model.config().encoder()) {
        return rows;
      }
    }
    if (cache.spec().positions() < 3) {
      return model.forward(new int[] {0}, 0, cache, Model.Wanted.LAST);
    }
    model.forward(new int[] {0, last}, 0, cache, Model.Wanted.NONE);
    return model.forward(new int[] {last}, 2, cache, Model.Wanted.LAST);
  }

  @Test
  @Timeout(600) // one that hangs
  void bothBackendsDoTheSame() {
    int computed = 0;
    for (int seed = SEED; seed < SEED + FILES; seed++) {
      HeapWeights source = TinyFiles.mutant(seed);
      String scalar =
          outcome(source, new ScalarBackend(new SegmentAllocator(), Parallel.SINGLE), seed);
      try (MemoryAllocator memory = new SegmentAllocator()) {
        Memory bytes = memory.allocate(source.size());
        bytes.putAll(0, source.bytes());
        VectorBackend.Weights layout = VectorBackend.Weights.values()[seed % 2];
        VectorBackend backend =
            new VectorBackend(new SegmentAllocator(), SegmentMemory::address, layout, 1);
        String vectors = outcome(new Native("mutant", bytes), backend, seed);
        String named =
            vectors.replaceFirst("which the vector-[a-z0-9-]+ backend", "which the scalar backend");
        assertEquals(scalar, named, "seed " + seed);
      }
      computed += scalar.startsWith("[") ? 1 : 0;
    }
    System.out.println(
        "Backend mutations: seeds "
            + SEED
            + " to "
            + (SEED + FILES - 1)
            + ", "
            + computed
            + " computed");
    assertTrue(computed > FILES / 20, computed + " computed");
  }

  @Test
  void bothSupportTheSame() {
    ComputeBackend scalar = new ScalarBackend(new SegmentAllocator(), Parallel.SINGLE);
    ComputeBackend vectors =
        new VectorBackend(
            new SegmentAllocator(), SegmentMemory::address, VectorBackend.Weights.MAPPED, 1);
    for (Op op : Op.values()) {
      for (TensorType type : TensorType.values()) {
        assertEquals(scalar.supports(op, type), vectors.supports(op, type), op + " " + type);
      }
    }
    scalar.close();
    vectors.close();
  }
}
