/**
 * Messages to prompts, and answers parted into reasoning and text. Knows nothing of how a template
 * works inside.
 */
@NullMarked
package io.wasmchord.chat;

import org.jspecify.annotations.NullMarked;
