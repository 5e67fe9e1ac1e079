/** What a machine makes of a model: times, memory, and the same with native llama.cpp. */
@NullMarked
package io.wasmchord.cli.bench;

import org.jspecify.annotations.NullMarked;
