/**
 * How well a model predicts a text, and how two models differ: perplexity, KL divergence, agreement
 * under forced decoding. Knows nothing of files and of answers.
 */
@NullMarked
package io.wasmchord.evaluation;

import org.jspecify.annotations.NullMarked;
