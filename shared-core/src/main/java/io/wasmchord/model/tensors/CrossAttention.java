package io.wasmchord.model.tensors;

import io.wasmchord.model.tensors.LayerWeights.Projection;

/**
 * A decoder's attention to the rows of an encoder, of which keys and values are made once.
 *
 * @param query [heads * keyDim, hidden]
 * @param key [heads * keyDim, hidden], of the encoder's rows
 * @param value [heads * valueDim, hidden], of the encoder's rows
 * @param output [hidden, heads * valueDim]
 */
public record CrossAttention(Projection query, Projection key, Projection value, Projection output)
    implements LayerWeights.Mixer {}
