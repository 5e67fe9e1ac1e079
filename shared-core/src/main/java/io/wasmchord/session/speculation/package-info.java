/**
 * Tokens that are proposed ahead of the model, which looks at all of them in one batch. Knows
 * models and tokenizers, no sessions. What is proposed changes no answer, only how long it takes.
 */
@NullMarked
package io.wasmchord.session.speculation;

import org.jspecify.annotations.NullMarked;
