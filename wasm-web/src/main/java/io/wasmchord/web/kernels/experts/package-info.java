/**
 * Mixtures of experts: which experts a row goes to, rows in the order of their experts, and their
 * products.
 */
@NullMarked
package io.wasmchord.web.kernels.experts;

import org.jspecify.annotations.NullMarked;
