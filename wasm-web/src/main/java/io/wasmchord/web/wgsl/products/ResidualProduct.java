package io.wasmchord.web.wgsl.products;

import io.wasmchord.web.wgsl.text.ArgumentLayout;

/**
 * What products are told whose results are also added to something.
 *
 * @param product the product; its results are written, too
 * @param residual what they are added to, with the same stride
 */
public record ResidualProduct(Product product, int residual) {
  static final ArgumentLayout<ResidualProduct> LAYOUT =
      ArgumentLayout.<ResidualProduct>empty()
          .number("x", a -> a.product.x())
          .number("out", a -> a.product.out())
          .number("base", a -> a.product.base())
          .number("first", a -> a.product.first())
          .number("rows", a -> a.product.rows())
          .number("cols", a -> a.product.cols())
          .number("tokens", a -> a.product.tokens())
          .number("stride", a -> a.product.stride())
          .number("table", a -> a.product.table())
          .number("residual", ResidualProduct::residual);
}
