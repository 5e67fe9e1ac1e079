/** Texts continued, and chats. */
@NullMarked
package io.wasmchord.cli.chat;

import org.jspecify.annotations.NullMarked;
