package io.wasmchord.model.config;

/**
 * The ranks of the small matrices in RWKV's layers.
 *
 * @param decay of the decays
 * @param rate of the rates of learning; of RWKV 6 those of the mixtures with the token before
 * @param value of the mixture with the first layer's values; RWKV 7's alone, as the next one
 * @param gate of the gates; 0 where there are none
 * @param halved after every so many layers the residual stream is halved; 0 for never
 * @param keys values of all keys of a token, and of all values; fewer than those of receptances
 *     where neighbouring heads share them
 * @param channels whether channel mix follows, and not a feed-forward layer as elsewhere
 */
public record TimeMix(
    int decay, int rate, int value, int gate, int halved, int keys, boolean channels) {
  static final TimeMix NONE = new TimeMix(0, 0, 0, 0, 0, 0, false);
}
