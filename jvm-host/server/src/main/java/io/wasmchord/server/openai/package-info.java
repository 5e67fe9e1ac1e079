/** The endpoints that OpenAI's clients call, and those of llama.cpp's server. */
@NullMarked
package io.wasmchord.server.openai;

import org.jspecify.annotations.NullMarked;
