package io.wasmchord.web.wgsl.products;

import io.wasmchord.web.wgsl.text.ArgumentLayout;

/**
 * What products are told.
 *
 * @param x rows of activations: rounded as {@link Activations} says, or float32
 * @param out results: row t, column r at {@code out + t * stride + r}
 * @param base words before the matrix's row 0 in what is bound
 * @param first the matrix's first row that is multiplied
 * @param rows rows of the matrix, columns of the result
 * @param cols values in a row
 * @param tokens rows of activations
 * @param stride words from one row of results to the next
 * @param table where the format's grid lies in the arena; 0 where it has none
 */
public record Product(
    int x, int out, int base, int first, int rows, int cols, int tokens, int stride, int table) {
  static final ArgumentLayout<Product> LAYOUT =
      ArgumentLayout.<Product>empty()
          .number("x", Product::x)
          .number("out", Product::out)
          .number("base", Product::base)
          .number("first", Product::first)
          .number("rows", Product::rows)
          .number("cols", Product::cols)
          .number("tokens", Product::tokens)
          .number("stride", Product::stride)
          .number("table", Product::table);
}
