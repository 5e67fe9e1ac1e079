package io.wasmchord.model;

/**
 * The hyper-parameters of a transformer, read from a GGUF file's metadata.
 *
 * @param architecture the file's {@code general.architecture}
 * @param layers transformer blocks
 * @param hidden width of the residual stream
 * @param feedForward width of the feed-forward layer
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param keyDim values in a query or key head
 * @param valueDim values in a value head
 * @param vocabulary token ids
 * @param contextLength positions that the model was trained for
 * @param normEps epsilon of the RMS norms
 * @param ropeDim values of a head that are rotated
 * @param ropeBase base of the rotary frequencies
 */
public record ModelConfig(
    String architecture,
    int layers,
    int hidden,
    int feedForward,
    int heads,
    int kvHeads,
    int keyDim,
    int valueDim,
    int vocabulary,
    int contextLength,
    float normEps,
    int ropeDim,
    float ropeBase) {}
