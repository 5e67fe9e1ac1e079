/**
 * What the head of a classifier or reranker says of texts: labels, and how well documents fit a
 * query. It knows how pairs of texts become tokens; states of texts are {@link
 * io.wasmchord.embedding}'s.
 */
@NullMarked
package io.wasmchord.classification;

import org.jspecify.annotations.NullMarked;
