/** A server of models, in the shapes of OpenAI's and Ollama's services. */
@NullMarked
package io.wasmchord.server;

import org.jspecify.annotations.NullMarked;
