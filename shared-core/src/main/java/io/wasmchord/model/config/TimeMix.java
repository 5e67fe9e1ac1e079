package io.wasmchord.model.config;

/**
 * The ranks of the small matrices in RWKV's layers.
 *
 * @param decay of the decays
 * @param rate of the rates of learning; of RWKV 6 those of the mixtures with the token before
 * @param value of the mixture with the first layer's values; RWKV 7's alone, as the next one
 * @param gate of the gates; 0 where there are none
 * @param halved after every so many layers the residual stream is halved; 0 for never
 */
public record TimeMix(int decay, int rate, int value, int gate, int halved) {
  static final TimeMix NONE = new TimeMix(0, 0, 0, 0, 0);
}
