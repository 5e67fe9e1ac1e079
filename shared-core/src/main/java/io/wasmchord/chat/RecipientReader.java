package io.wasmchord.chat;

import io.wasmchord.chat.MessageBodies.Kind;
import java.util.List;

/**
 * Reads the messages of Functionary 3.2, whose heads are {@code >>>} and a line with the recipient:
 * {@code all}, or a tool. A line with anything else is text.
 */
final class RecipientReader implements MessageReader, MarkerScanner.Parts {
  static final String MARKER = ">>>";

  private static final String ALL = "all";

  /** What stands before a text, where the prompt has begun the head of a message or has not. */
  static String toAll(boolean opened) {
    return (opened ? "" : MARKER) + ALL + "\n";
  }

  private final MessageBodies bodies;
  private final MarkerScanner scanner = new MarkerScanner(List.of(MARKER), this);
  private final StringBuilder recipient = new StringBuilder();
  private String before; // the marker of the head under way, as far as the answer has it
  private boolean inHead;

  /**
   * @param opened whether the prompt has begun a head
   */
  RecipientReader(boolean opened, MessageBodies bodies) {
    this.bodies = bodies;
    this.inHead = opened;
    this.before = "";
  }

  @Override
  public boolean onText(String text) {
    scanner.feed(text);
    return bodies.goOn();
  }

  @Override
  public void end() {
    scanner.end();
    if (inHead) {
      reject();
    }
    bodies.end();
  }

  @Override
  public void marker(String marker) {
    if (inHead) {
      reject();
    }
    inHead = true;
    before = marker;
  }

  @Override
  public void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!inHead) {
        body(text.substring(i));
        return;
      }
      head(text.charAt(i));
    }
  }

  private void body(String text) {
    if (!bodies.open()) {
      bodies.open(Kind.ANSWER, "", "");
    }
    bodies.text(text);
  }

  private void head(char c) {
    String name = recipient.toString();
    boolean all = name.equals(ALL);
    if (c == '\n' && (all || bodies.offers(name))) {
      inHead = false;
      recipient.setLength(0);
      bodies.open(all ? Kind.ANSWER : Kind.CALL, before + name + c, name);
      return;
    }
    recipient.append(c);
    String begun = recipient.toString();
    if (!ALL.startsWith(begun) && !bodies.offersSuch(begun)) {
      reject();
    }
  }

  /** What looked like a head is text. */
  private void reject() {
    inHead = false;
    String text = before + recipient;
    recipient.setLength(0);
    if (!text.isEmpty()) {
      body(text);
    }
  }
}
