package io.wasmchord.embedding;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;

/**
 * What became of a text.
 *
 * @param tokens that were fed
 * @param pooled whether there is one vector, or one for each token
 */
public record TextEmbedding(int tokens, boolean pooled, List<float[]> vectors) {
  /**
   * The text's vector.
   *
   * @throws InvalidRequestException when there is one for each token
   */
  public float[] vector() {
    if (!pooled) {
      throw new InvalidRequestException(
          "without pooling a text has a vector for each token, here "
              + vectors.size()
              + "; choose the pooling mean, cls or last");
    }
    return vectors.getFirst();
  }
}
