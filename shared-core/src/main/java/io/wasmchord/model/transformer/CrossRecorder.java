package io.wasmchord.model.transformer;

import io.wasmchord.backend.AttentionOptions;
import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.LayerShape;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.tensors.CrossAttention;
import java.util.List;

/** Records a decoder's attention to the rows of an encoder. */
final class CrossRecorder {
  private CrossRecorder() {}

  /**
   * Stores keys and values of the encoder's rows.
   *
   * @param rows [tokens, hidden], a batch of what the encoder gives
   */
  static void store(
      Commands c,
      ActivationBuffers s,
      Tensor rows,
      CrossAttention w,
      LayerShape shape,
      BlockRecorder.Context context) {
    ActivationBuffers.Attention b = s.attention(shape);
    BlockRecorder.project(c, rows, w.key(), b.k());
    BlockRecorder.project(c, rows, w.value(), b.v());
    c.storeKv(b.k(), b.v(), context.sequences(), context.cacheLayer());
  }

  /** Leaves in {@code s.delta()} what a batch of the decoder finds there. */
  static void attend(
      Commands c,
      ActivationBuffers s,
      Tensor x,
      CrossAttention w,
      ModelConfig config,
      BlockRecorder.Context context) {
    LayerShape shape = config.shape(context.layer());
    ActivationBuffers.Attention b = s.attention(shape);
    BlockRecorder.project(c, x, w.query(), b.q());
    int row = 0;
    for (int i = 0; i < context.sequences().size(); i++) {
      SequenceRows own = context.sequences().get(i);
      // Where the rows stand says nothing of how far they are from an encoder's.
      SequenceRows rows = new SequenceRows(own.cache(), 0, own.count());
      c.attention(
          new Command.Attention(
              b.q().rows(row, own.count()),
              List.of(rows),
              context.cacheLayer(),
              shape.attention().heads(),
              config.scales().attention(),
              0f,
              0,
              context.encoded().get(i),
              AttentionOptions.NONE,
              b.out().rows(row, own.count())));
      row += own.count();
    }
    BlockRecorder.project(c, b.out(), w.output(), s.delta());
  }
}
