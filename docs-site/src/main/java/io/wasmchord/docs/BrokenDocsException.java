package io.wasmchord.docs;

import java.util.List;

/** The documentation contradicts itself; the message has a line for each place. */
final class BrokenDocsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  BrokenDocsException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
