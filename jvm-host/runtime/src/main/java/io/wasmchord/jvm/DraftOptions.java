package io.wasmchord.jvm;

import org.jspecify.annotations.Nullable;

/**
 * What proposes tokens in a model's sessions; at most one of them.
 *
 * @param model a smaller model that is loaded already, or null
 * @param own whether it is the model's own block, which is loaded with it
 */
record DraftOptions(@Nullable LoadedModel model, boolean own) {}
