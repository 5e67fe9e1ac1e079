package io.wasmchord.model.config;

import io.wasmchord.model.config.Architecture.Trait;
import org.jspecify.annotations.Nullable;

/**
 * Several residual streams (https://arxiv.org/abs/2409.19606), all of them the token's embedding at
 * first. A sub-layer takes their sum, each times a factor, and what it gives is added to each,
 * times another factor. The factors are made of all streams of the token.
 *
 * @param streams how many there are
 * @param epsilon is added to factors
 * @param magnitude the most that what a sub-layer gives is multiplied by, without that
 */
public record HyperConnections(int streams, float epsilon, float magnitude) {
  private static final int MOST = 64;

  static @Nullable HyperConnections read(CheckedKeys keys, Architecture a) {
    return a.has(Trait.HYPER_CONNECTIONS)
        ? new HyperConnections(
            keys.positive("hyper_connection.count", MOST),
            keys.notNegative("hyper_connection.epsilon", 0f),
            keys.positive("hyper_connection.magnitude", 1f))
        : null;
  }
}
