/** Messages to prompts. Knows nothing of tokens. */
@NullMarked
package io.wasmchord.chat;

import org.jspecify.annotations.NullMarked;
