package io.wasmchord.chat;

/** Tells a listener of calls as they come: what it has heard it hears no more. */
final class CallTeller {
  private final AnswerListener listener;
  private int told; // calls
  private int toldCharacters; // of the last one's arguments

  CallTeller(AnswerListener listener) {
    this.listener = listener;
  }

  /**
   * Tells what is new of calls that go on from those that were told.
   *
   * @return whether to go on
   */
  boolean tell(CallStream calls) {
    boolean goOn = true;
    for (int i = Math.max(0, told - 1); i < calls.size(); i++) {
      if (i == told) {
        goOn &= listener.onToolCallBegun(calls.name(i));
        told++;
        toldCharacters = 0;
      }
      CharSequence come = calls.arguments(i);
      if (toldCharacters < come.length()) {
        goOn &=
            listener.onToolArguments(come.subSequence(toldCharacters, come.length()).toString());
        toldCharacters = come.length();
      }
    }
    return goOn;
  }

  /** Begins with other calls. */
  void restart() {
    told = 0;
    toldCharacters = 0;
  }
}
