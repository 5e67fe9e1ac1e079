package io.wasmchord.chat;

import io.wasmchord.session.TokenListener;

/** Reads an answer that consists of messages, each behind a head that says what it is. */
sealed interface MessageReader extends TokenListener permits HarmonyReader, RecipientReader {
  /** Passes on what was held back when no more text comes. */
  void end();
}
