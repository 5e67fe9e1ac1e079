package io.wasmchord.backend.scalar;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.SequenceRows;
import java.util.Arrays;

/** A short convolution along the positions. */
final class ScalarShortConv {
  private final Command.ShortConv c;
  private final SequenceRows sequence;
  private final int from; // the sequence's first row in the batch
  private final ScalarTensor past;
  private final float[] weight; // [columns][kernelSize]
  private final float[] row;
  private final float[] gate;
  private final float[] sum;

  private ScalarShortConv(Command.ShortConv c, SequenceRows sequence, int from) {
    this.c = c;
    this.sequence = sequence;
    this.from = from;
    this.past = ScalarTensor.of(sequence.cache().rows(c.layer()));
    this.weight = ScalarTensor.of(c.weight()).values();
    this.row = new float[past.cols()];
    this.gate = new float[past.cols()];
    this.sum = new float[past.cols()];
  }

  static void run(Command.ShortConv c) {
    int from = 0;
    for (SequenceRows sequence : c.sequences()) {
      new ScalarShortConv(c, sequence, from).run();
      from += sequence.count();
    }
  }

  private void run() {
    for (int p = sequence.position(); p < sequence.end(); p++) {
      int t = from + p - sequence.position();
      store(t, p);
      sum(p);
      write(t);
    }
  }

  private void store(int t, int position) {
    ScalarTensor.of(c.x()).getRow(t, row, 0);
    ScalarTensor.of(c.inGate()).getRow(t, gate, 0);
    for (int i = 0; i < row.length; i++) {
      row[i] = gate[i] * row[i];
    }
    past.putRow(position % past.rows(), row, 0);
  }

  private void sum(int position) {
    int kernelSize = c.kernelSize();
    Arrays.fill(sum, 0f);
    for (int k = Math.max(0, kernelSize - 1 - position); k < kernelSize; k++) {
      past.getRow((position - (kernelSize - 1) + k) % past.rows(), row, 0);
      for (int i = 0; i < sum.length; i++) {
        sum[i] = sum[i] + weight[i * kernelSize + k] * row[i];
      }
    }
  }

  private void write(int t) {
    ScalarTensor.of(c.outGate()).getRow(t, gate, 0);
    for (int i = 0; i < sum.length; i++) {
      sum[i] = gate[i] * sum[i];
    }
    ScalarTensor.of(c.out()).putRow(t, sum, 0);
  }
}
