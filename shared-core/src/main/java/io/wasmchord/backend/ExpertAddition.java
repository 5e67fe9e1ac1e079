package io.wasmchord.backend;

import java.util.List;

/**
 * What is added to one of the products of a mixture's experts, before biases: {@code out = out +
 * (x * a^T) * b^T * factor}, with two matrices of each expert.
 *
 * @param to which product
 * @param a of each expert [rank, columns of its matrix], float32
 * @param b of each expert [rows of its matrix, rank], float32
 * @param low [n, rank], overwritten; a row for each row of a batch and each expert that it goes
 *     through
 * @param wide [n, rows of the matrix], overwritten likewise
 */
public record ExpertAddition(
    ExpertMatrix to, List<Tensor> a, List<Tensor> b, float factor, Tensor low, Tensor wide) {}
