/**
 * WebAssembly memories as the core's {@link io.wasmchord.bytes.Memory}: the engine's own, and
 * further ones of up to 4 GiB each. Knows nothing of models or kernels.
 */
@NullMarked
package io.wasmchord.web.memory;

import org.jspecify.annotations.NullMarked;
