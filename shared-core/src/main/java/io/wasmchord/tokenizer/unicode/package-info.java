/**
 * Unicode 16 as tokenizers need it: categories, mappings, composition. The tables are our own, so
 * that text is the same tokens on every platform. Knows nothing of tokens.
 */
@NullMarked
package io.wasmchord.tokenizer.unicode;

import org.jspecify.annotations.NullMarked;
