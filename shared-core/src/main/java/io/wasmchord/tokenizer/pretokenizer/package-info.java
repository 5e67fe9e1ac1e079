/**
 * How text is cut into pieces before byte pairs are joined: the published expressions of models, as
 * scanners. Knows code points and their categories, and nothing of vocabularies.
 */
@NullMarked
package io.wasmchord.tokenizer.pretokenizer;

import org.jspecify.annotations.NullMarked;
