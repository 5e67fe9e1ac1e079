package io.wasmchord.model.config;

import io.wasmchord.gguf.GgufFile;
import io.wasmchord.model.config.Architecture.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The layers of an encoder, and of a decoder that attends to what it gives. The encoder's come
 * first. Each block of the decoder is two layers: one attends to the answer so far; the next
 * attends to the encoder's rows, and has the feed-forward layer.
 *
 * @param encoder layers of the encoder; 0 in a model that is not of this kind
 * @param decoder blocks of the decoder; 0 where the encoder is all
 * @param start the token that every answer follows
 * @param buckets which distances of positions are divided into
 * @param tables by layer, the layer whose biases its scores take; {@link #UNBIASED} for none
 */
public record Stacks(int encoder, int decoder, int start, int buckets, List<Integer> tables) {
  /** No such model. */
  public static final Stacks NONE = new Stacks(0, 0, 0, 0, List.of());

  /** A layer whose scores have no biases. */
  public static final int UNBIASED = -1;

  private static final String BUCKETS = "attention.relative_buckets_count";
  private static final int MAX_BUCKETS = 254; // so that the last begins before distance 128

  public Stacks {
    tables = List.copyOf(tables);
  }

  /**
   * Reads them.
   *
   * @param layers of the encoder
   */
  static Stacks read(GgufFile file, CheckedKeys keys, Architecture a, int layers, int vocabulary) {
    if (!a.has(Trait.RELATIVE_BIASES)) {
      return NONE;
    }
    int blocks =
        a.has(Trait.ENCODER_DECODER)
            ? keys.positive("decoder_block_count", ModelConfigs.MAX_LAYERS, layers)
            : 0;
    int start = keys.int32("decoder_start_token_id", 0);
    keys.require(start >= 0 && start < vocabulary, "decoder_start_token_id is " + start);
    int buckets = keys.positive(BUCKETS, MAX_BUCKETS);
    keys.require(buckets % 2 == 0 && buckets >= 4, BUCKETS + " is " + buckets);
    Stacks untold = new Stacks(layers, blocks, start, buckets, List.of());
    List<Integer> tables = new ArrayList<>();
    for (int layer = 0; layer < layers + 2 * blocks; layer++) {
      boolean own = file.tensor(untold.name(layer, WeightNames.RELATIVE_BIASES)) != null;
      int first = layer < layers ? 0 : layers;
      tables.add(untold.crosses(layer) ? UNBIASED : own ? layer : first);
    }
    return new Stacks(layers, blocks, start, buckets, tables);
  }

  /** Whether the layers are an encoder's, or have one before them. */
  public boolean exist() {
    return encoder > 0;
  }

  /** Whether a prompt goes through an encoder, and an answer comes out of a decoder. */
  public boolean decodes() {
    return decoder > 0;
  }

  /** Steps that a text is encoded in where a decoder follows. */
  public int steps() {
    return encoder + decoder;
  }

  /** Whether a layer attends to the encoder's rows. */
  public boolean crosses(int layer) {
    return layer >= encoder && (layer - encoder) % 2 == 1;
  }

  /** A layer's tensor, e.g. {@code enc.blk.3.attn_q.weight}. */
  public String name(int layer, String suffix) {
    return layer < encoder
        ? "enc." + WeightNames.layer(layer, suffix)
        : "dec." + WeightNames.layer((layer - encoder) / 2, suffix);
  }

  /** The layers whose tensors have biases, in order. */
  public List<Integer> biased() {
    return tables.stream().filter(table -> table != UNBIASED).distinct().sorted().toList();
  }

  /**
   * All layers.
   *
   * @param encoders the encoder's, all alike
   */
  List<LayerShape> shapes(CheckedKeys keys, List<LayerShape> encoders) {
    if (!exist()) {
      return encoders;
    }
    LayerShape one = encoders.getFirst();
    keys.require(
        encoders.stream().allMatch(s -> s.attention().equals(one.attention())),
        "attention.head_count differs between layers");
    if (!decodes()) {
      return encoders;
    }
    Stream<LayerShape> taking = // turns with the keys and values of one layer
        encoders.stream().map(s -> new LayerShape(s.attention(), 0, 0, 0, s.feedForward()));
    List<LayerShape> all = new ArrayList<>(taking.toList());
    for (int block = 0; block < decoder; block++) {
      all.add(new LayerShape(one.attention(), all.size(), 0, 0, 0));
      all.add(new LayerShape(one.attention(), all.size(), 0, 0, one.feedForward()));
    }
    return all;
  }
}
