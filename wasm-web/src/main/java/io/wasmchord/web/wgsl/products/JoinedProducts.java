package io.wasmchord.web.wgsl.products;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import java.util.List;

/**
 * What products of several weights with the same rows of activations are told.
 *
 * @param x rows of activations: rounded as {@link Activations} says, or float32
 * @param cols values in a row
 * @param tokens rows of activations
 * @param table where the formats' grid lies in the arena; 0 where they have none
 * @param parts of each weight, two or three
 */
public record JoinedProducts(int x, int cols, int tokens, int table, List<Part> parts) {
  /**
   * What is told of a weight; see {@link Product}.
   *
   * @param out results
   * @param base words before the matrix's row 0 in its binding
   * @param first the first row that is multiplied
   * @param rows rows of the matrix
   * @param stride words from one row of results to the next
   */
  public record Part(int out, int base, int first, int rows, int stride) {}

  static ArgumentLayout<JoinedProducts> layout(int parts) {
    ArgumentLayout<JoinedProducts> layout =
        ArgumentLayout.<JoinedProducts>empty()
            .number("x", JoinedProducts::x)
            .number("cols", JoinedProducts::cols)
            .number("tokens", JoinedProducts::tokens)
            .number("table", JoinedProducts::table);
    for (int i = 0; i < parts; i++) {
      int part = i;
      layout =
          layout
              .number("out" + i, a -> a.parts.get(part).out)
              .number("base" + i, a -> a.parts.get(part).base)
              .number("first" + i, a -> a.parts.get(part).first)
              .number("rows" + i, a -> a.parts.get(part).rows)
              .number("stride" + i, a -> a.parts.get(part).stride);
    }
    return layout;
  }

  /** Workgroups of a part whose weight has so many rows in one. */
  long groups(int part, int rows) {
    return (long) tokens * ((parts.get(part).rows + rows - 1) / rows);
  }
}
