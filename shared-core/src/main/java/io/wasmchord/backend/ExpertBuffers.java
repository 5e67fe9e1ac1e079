package io.wasmchord.backend;

/**
 * Activations that a mixture of experts overwrites, with a row for each row of a batch and each
 * expert that it goes through.
 *
 * @param gathered [n, in]
 * @param gate [n, width]; not used where experts have no gates
 * @param up [n, width]
 * @param down [n, in]
 */
public record ExpertBuffers(Tensor gathered, Tensor gate, Tensor up, Tensor down) {}
