package io.wasmchord.web.simd;

import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.format.BlockDecoder;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.memory.LinearMemory;

/** Decodes single rows of a weight to float32, whether its rows are interleaved or not. */
final class RowReader {
  private static final int GROUP = 4;

  private final SimdTensor weight;
  private final BlockDecoder decoder;
  private final BlockLayout layout;
  private final byte[] bytes;

  RowReader(SimdTensor weight) {
    this.weight = weight;
    this.decoder = weight.type().format().decoder().orElseThrow();
    this.layout = BlockLayout.of(weight.type(), BlockCode.ROWS);
    this.bytes = new byte[weight.rowBytes()];
  }

  /** Decodes row {@code row} to {@code dst}. */
  void decode(int row, float[] dst) {
    if (weight.interleaved() == null || row >= weight.rows() / GROUP * GROUP) {
      weight.data().getBytes((long) row * bytes.length, bytes, 0, bytes.length);
    } else {
      gather(row);
    }
    int elements = weight.type().blockElements();
    for (int b = 0; b * layout.blockBytes() < bytes.length; b++) {
      decoder.decode(bytes, b * layout.blockBytes(), dst, b * elements);
    }
  }

  private void gather(int row) {
    LinearMemory data = weight.data();
    long group = (long) (row / GROUP) * GROUP * bytes.length;
    int lane = row % GROUP;
    for (int block = 0; block < bytes.length; block += layout.blockBytes()) {
      long from = group + (long) block * GROUP;
      for (int h = 0; h < layout.halves(); h++) {
        data.getBytes(
            from + layout.half(h) + 2 * lane, bytes, block + layout.halvesAt() + 2 * h, 2);
      }
      for (int o = 0; o < layout.octets(); o++) {
        data.getBytes(from + layout.octet(o) + lane, bytes, block + layout.octetsAt() + o, 1);
      }
      for (int w = 0; w < layout.words(); w++) {
        data.getBytes(from + layout.word(w) + 4 * lane, bytes, block + layout.wordsAt() + 4 * w, 4);
      }
    }
  }
}
