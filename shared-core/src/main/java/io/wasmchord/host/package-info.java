/** What the core needs from its host: progress, cancellation, time, threads. */
@NullMarked
package io.wasmchord.host;

import org.jspecify.annotations.NullMarked;
