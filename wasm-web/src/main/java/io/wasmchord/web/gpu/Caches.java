package io.wasmchord.web.gpu;

import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.errors.UnsupportedCacheException;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import io.wasmchord.web.wgsl.attention.KvWords;
import java.util.ArrayList;
import java.util.List;

/** Makes caches, and copies pieces out of them and into them. */
final class Caches {
  private final GpuDevice device;
  private final LinearAllocator memory;
  private final Recorder recorder;
  private final List<GpuKvCache> caches = new ArrayList<>();

  Caches(GpuDevice device, LinearAllocator memory, Recorder recorder) {
    this.device = device;
    this.memory = memory;
    this.recorder = recorder;
  }

  GpuKvCache allocate(KvSpec spec) {
    List<Integer> buffers = new ArrayList<>();
    for (int layer = 0; layer < spec.layers().size(); layer++) {
      long bytes = GpuKvCache.bytes(spec, layer);
      if (bytes > Math.min(device.bindingLimit(), device.bufferLimit())) {
        buffers.stream().filter(buffer -> buffer != 0).forEach(device::destroy);
        throw new UnsupportedCacheException(
            "a layer's KV cache of "
                + bytes
                + " bytes is larger than what this GPU binds; choose a shorter context, or kvCache:"
                + " 'q8_0'");
      }
      buffers.add(bytes == 0 ? 0 : device.create(bytes));
    }
    GpuKvCache cache = new GpuKvCache(spec, List.copyOf(buffers));
    caches.add(cache);
    return cache;
  }

  void release(GpuKvCache cache) {
    caches.removeIf(one -> one == cache);
    cache.buffers().stream().filter(buffer -> buffer != 0).forEach(device::destroy);
  }

  void read(GpuKvCache cache, KvPiece piece, byte[] to) {
    GpuMemory part = cache.part(piece.part(), piece.layer());
    LinearMemory all = read(part);
    switch (piece.part()) {
      case KEYS, VALUES ->
          KvWords.of(cache.spec(), piece.layer())
              .read(piece.part(), words(all), piece.first(), piece.count(), to);
      case ROWS, STATES -> {
        int each = to.length / piece.count();
        for (int i = 0; i < piece.count(); i++) {
          all.getBytes(at(cache, piece, i, each), to, i * each, each);
        }
      }
    }
    memory.release(all);
  }

  void write(GpuKvCache cache, KvPiece piece, byte[] from) {
    GpuMemory part = cache.part(piece.part(), piece.layer());
    LinearMemory all = read(part);
    switch (piece.part()) {
      case KEYS, VALUES -> {
        int[] words = words(all);
        KvWords.of(cache.spec(), piece.layer())
            .write(piece.part(), words, piece.first(), piece.count(), from);
        for (int i = 0; i < words.length; i++) {
          all.putInt(4L * i, words[i]);
        }
      }
      case ROWS, STATES -> {
        int each = from.length / piece.count();
        for (int i = 0; i < piece.count(); i++) {
          all.putBytes(at(cache, piece, i, each), from, i * each, each);
        }
      }
    }
    recorder.write(part, all);
    memory.release(all);
  }

  /** Where a position's row, or a copy of a state, lies in its part. */
  private static long at(GpuKvCache cache, KvPiece piece, int i, int each) {
    int number = piece.first() + i;
    int place = piece.part() == Part.ROWS ? number % cache.spec().capacity(piece.layer()) : number;
    return (long) place * each;
  }

  private LinearMemory read(GpuMemory part) {
    LinearMemory place = memory.allocate(part.size());
    recorder.list().read(part, place);
    recorder.submit();
    device.await();
    return place;
  }

  private static int[] words(LinearMemory memory) {
    int[] words = new int[(int) (memory.size() / 4)];
    for (int i = 0; i < words.length; i++) {
      words[i] = memory.getInt(4L * i);
    }
    return words;
  }

  long bytes() {
    return caches.stream().mapToLong(cache -> GpuKvCache.bytes(cache.spec())).sum();
  }

  void close() {
    List.copyOf(caches).forEach(this::release);
  }
}
