package io.wasmchord.conformance;

import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder's attention to an encoder's rows: to so many positions of a cache, whatever its own
 * position is, and however many its own rows are.
 */
final class CrossCases {
  private static final int HEADS = 4;
  private static final int KEY_DIM = 32;
  private static final int VALUE_DIM = 64;
  private static final int POSITIONS = 70;

  private CrossCases() {}

  static List<ConformanceCase> all() {
    List<ConformanceCase> cases = new ArrayList<>();
    for (KvType type : KvType.values()) {
      for (int[] sizes : new int[][] {{1, 1}, {1, 40}, {3, 40}, {16, 1}, {17, 5}, {70, 33}}) {
        cases.add(of(type, sizes[0], sizes[1]));
      }
    }
    return cases;
  }

  /**
   * @param rows of the encoder
   * @param own rows of the decoder
   */
  private static ConformanceCase of(KvType type, int rows, int own) {
    String name = "attention of " + own + " to " + rows + " others " + type;
    return new ConformanceCase(name, rig -> run(rig, new Inputs(name), type, rows, own));
  }

  private static float[] run(Rig rig, Inputs in, KvType type, int rows, int own) {
    KvCache cache =
        rig.backend().allocateKv(new KvSpec(2, POSITIONS, HEADS, KEY_DIM, VALUE_DIM, type));
    Commands commands = rig.backend().record();
    int keys = HEADS * KEY_DIM;
    int values = HEADS * VALUE_DIM;
    Tensor k = rig.activation(rows, keys, in.floats(rows * keys, 2f));
    Tensor v = rig.activation(rows, values, in.floats(rows * values, 2f));
    Tensor q = rig.activation(own, keys, in.floats(own * keys, 2f));
    Rig.Guarded out = rig.guarded(own, values);
    commands.storeKv(k, v, cache, 1, 0);
    commands.attention(
        new Command.Attention(
            q,
            List.of(new SequenceRows(cache, 0, own)),
            1,
            HEADS,
            0.25f,
            0f,
            0,
            rows,
            AttentionOptions.NONE,
            out.inner()));
    float[] result = out.after(commands);
    rig.backend().release(cache);
    return result;
  }
}
