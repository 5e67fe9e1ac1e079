package io.wasmchord.web.wgsl.products;

import io.wasmchord.web.wgsl.text.ArgumentLayout;

/**
 * What products of experts are told. A place is a row of the result.
 *
 * @param product of one expert's matrix; {@code tokens} are places, and {@code first} is the first
 *     row of the first expert's matrix, which the others' follow
 * @param ids experts of places, whole numbers in the arena
 * @param each places that share a row of activations
 */
public record ExpertProduct(Product product, int ids, int each) {
  static final ArgumentLayout<ExpertProduct> LAYOUT =
      ArgumentLayout.<ExpertProduct>empty()
          .number("x", a -> a.product.x())
          .number("out", a -> a.product.out())
          .number("base", a -> a.product.base())
          .number("first", a -> a.product.first())
          .number("rows", a -> a.product.rows())
          .number("cols", a -> a.product.cols())
          .number("tokens", a -> a.product.tokens())
          .number("stride", a -> a.product.stride())
          .number("table", a -> a.product.table())
          .number("ids", ExpertProduct::ids)
          .number("each", ExpertProduct::each);
}
