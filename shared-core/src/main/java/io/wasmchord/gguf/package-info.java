/** The GGUF container: metadata and tensor table. Knows nothing of what a tensor computes. */
@NullMarked
package io.wasmchord.gguf;

import org.jspecify.annotations.NullMarked;
