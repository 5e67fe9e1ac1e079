package io.wasmchord.model;

/**
 * The hidden states of a sequence in the making. Each {@link #step} computes one layer of an
 * encoder or one batch of a decoder, so that a host can look around between them.
 */
public interface Encoding {
  /**
   * Computes a step.
   *
   * @return whether there is more to do
   */
  boolean step();

  /**
   * What the last layer gives, after the last norm where there is one: {@code hidden} floats for
   * each token.
   *
   * @throws IllegalStateException while there is more to do
   */
  float[] rows();
}
