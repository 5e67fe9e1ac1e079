/**
 * Requests and answers in OpenAI's shape. A request is one value, whoever makes it: read from JSON
 * ({@link io.wasmchord.api.ChatCompletionRequest#of}, for pages and servers) or put together (the
 * command line). What is accepted, within which bounds, what it means and what is refused with
 * which remedy is said here and nowhere else. What holds where a request says nothing stands in the
 * values that a request is made of: {@link io.wasmchord.api.GenerationParams}, {@link
 * io.wasmchord.sampling.SamplerOptions#defaults} and {@link
 * io.wasmchord.embedding.EmbeddingOptions#DEFAULT}.
 */
@NullMarked
package io.wasmchord.api;

import org.jspecify.annotations.NullMarked;
