/** The endpoints that Ollama's clients call. */
@NullMarked
package io.wasmchord.server.ollama;

import org.jspecify.annotations.NullMarked;
