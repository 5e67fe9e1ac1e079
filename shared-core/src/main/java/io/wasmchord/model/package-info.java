/**
 * A model that computes, as sessions and vectors see it: tokens in, logits or hidden states out.
 */
@NullMarked
package io.wasmchord.model;

import org.jspecify.annotations.NullMarked;
