/**
 * The whole of wasm-chord's core: from a GGUF file's bytes to text, with no knowledge of its host.
 */
@NullMarked
package io.wasmchord;

import org.jspecify.annotations.NullMarked;
