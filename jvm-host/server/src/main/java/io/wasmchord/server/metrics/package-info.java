/** What the server counts, as Prometheus reads it. */
@NullMarked
package io.wasmchord.server.metrics;

import org.jspecify.annotations.NullMarked;
