package io.wasmchord.backend;

/**
 * One expert's weights.
 *
 * @param gate [width, in]
 * @param up [width, in]
 * @param down [in, width]
 */
public record Expert(Tensor gate, Tensor up, Tensor down) {}
