package io.wasmchord.backend;

/**
 * Where a run of values of every head of every token lies in an activation.
 *
 * @param tensor a row for each token, [n, columns]; or, {@code byHead}, a row for each token of the
 *     first head, then for each of the second, and so on, [heads * n, columns]
 * @param stride columns from one head's run to the next one's; 0 where all heads share one, or
 *     where rows are by head
 * @param offset the first column of the first head's run
 * @param byHead whether each head has rows of its own
 */
public record HeadValues(Tensor tensor, int stride, int offset, boolean byHead) {
  /** Runs in a row for each token. */
  public static HeadValues ofTokens(Tensor tensor, int stride, int offset) {
    return new HeadValues(tensor, stride, offset, false);
  }

  /** Runs in rows of each head, from their first column on. */
  public static HeadValues ofHeads(Tensor tensor) {
    return new HeadValues(tensor, 0, 0, true);
  }

  /** Tokens, where there are {@code heads} heads. */
  public int tokens(int heads) {
    return byHead ? tensor.rows() / heads : tensor.rows();
  }

  /** Values from a token's run to the next token's. */
  public int tokenStride() {
    return tensor.cols();
  }

  /** Values from a head's run to the next head's, where there are {@code heads}. */
  public int headStride(int heads) {
    return byHead ? tokens(heads) * tensor.cols() : stride;
  }

  /** Why no runs of {@code count} values of {@code heads} heads lie so, or an empty text. */
  String refusal(int heads, int count) {
    if (byHead && tensor.rows() % heads != 0) {
      return tensor.rows() + " rows of " + heads + " heads";
    }
    long end = offset + (byHead ? 0 : (long) stride * (heads - 1)) + count;
    return offset < 0 || stride < 0 || end > tensor.cols()
        ? end + " columns of " + tensor.cols()
        : "";
  }
}
