package io.wasmchord.web.wgsl.products;

import io.wasmchord.web.wgsl.text.ArgumentLayout;
import io.wasmchord.web.wgsl.text.Grid;
import java.util.function.Function;

/**
 * How a row of the result finds its matrix and its row of activations.
 *
 * @param layout of the arguments
 * @param product that they hold
 * @param first the expression of the matrix's first row
 * @param row the expression of the row of activations
 * @param <A> the record of arguments
 */
record Choice<A>(ArgumentLayout<A> layout, Function<A, Product> product, String first, String row) {
  /** There is one matrix, and a row for each. */
  static final Choice<Product> NONE = new Choice<>(Product.LAYOUT, a -> a, "p.first", "token");

  /** Each has an expert. */
  static final Choice<ExpertProduct> EXPERT =
      new Choice<>(
          ExpertProduct.LAYOUT,
          ExpertProduct::product,
          "(p.first + arena[p.ids + token] * p.rows)",
          "(token / p.each)");

  /** A workgroup for so many rows of the matrix and each row of the result. */
  Grid grid(A arguments, int rows) {
    Product p = product.apply(arguments);
    return Grid.of((long) p.tokens() * ((p.rows() + rows - 1) / rows));
  }

  /** A text with the expressions. */
  String named(String text) {
    return text.replace("FIRST", first).replace("ROW_OF_X", row);
  }
}
