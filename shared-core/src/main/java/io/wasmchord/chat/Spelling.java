package io.wasmchord.chat;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.tags.Frames;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** How a constraint spells markers: those that are control tokens are no text. */
final class Spelling {
  private final Set<String> control;
  private final Set<String> within;

  /**
   * @param control the control tokens that come as such
   * @param within those of them that stand within markers
   */
  Spelling(Collection<String> control, Set<String> within) {
    this.control = new HashSet<>(control);
    this.within = new HashSet<>(within);
    this.within.retainAll(this.control);
    this.control.removeAll(within);
  }

  boolean isControl(String marker) {
    return control.contains(marker);
  }

  String of(String marker) {
    if (control.contains(marker)) {
      return TokenBytes.CONTROL + marker;
    }
    String namespace = ToolCallPattern.NAMESPACE;
    if (control.contains(namespace) && marker.startsWith(namespace)) {
      return TokenBytes.CONTROL + marker;
    }
    String spelled = marker;
    for (String token : within) {
      spelled = spelled.replace(token, TokenBytes.CONTROL + token);
    }
    return spelled;
  }

  Frame frame(String marker) {
    return Frames.text(of(marker));
  }
}
