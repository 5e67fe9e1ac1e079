package io.wasmchord.chord;

import io.wasmchord.api.NamedToolCall;

/** A part of an answer, as it comes. The last one is the {@link End}. */
public sealed interface Piece {
  /** What is said. */
  record Text(String text) implements Piece {}

  /** What is thought before it is said. */
  record Reasoning(String text) implements Piece {}

  /** A tool is about to be called. */
  record Called(NamedToolCall call) implements Piece {}

  /** What a tool has said. */
  record Told(NamedToolCall call, String result) implements Piece {}

  /** All of it. */
  record End(Reply reply) implements Piece {}
}
