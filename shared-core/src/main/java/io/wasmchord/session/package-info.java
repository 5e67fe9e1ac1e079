/** Generation: prompt, cache, sampling, stopping and streaming put together. */
@NullMarked
package io.wasmchord.session;

import org.jspecify.annotations.NullMarked;
