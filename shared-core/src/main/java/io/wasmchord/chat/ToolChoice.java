package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import java.util.List;

/**
 * Whether a model calls tools, and which.
 *
 * @param required whether it must
 * @param names the tools that it may call; none for all that are offered
 * @param several whether it may call more than one
 */
public record ToolChoice(boolean required, List<String> names, boolean several) {
  /** As the model wants. */
  public static final ToolChoice AUTO = new ToolChoice(false, List.of(), true);

  /** One or several calls, and nothing else. */
  public static final ToolChoice REQUIRED = new ToolChoice(true, List.of(), true);

  public ToolChoice {
    names = List.copyOf(names);
  }

  /** One call of one tool. */
  public static ToolChoice of(String name) {
    return new ToolChoice(true, List.of(name), false);
  }

  /** The same among some tools; none for all. */
  public ToolChoice among(List<String> others) {
    return new ToolChoice(required, others, several);
  }

  /** The same with one call at most. */
  public ToolChoice withoutSeveral() {
    return new ToolChoice(required, names, false);
  }

  /** What holds once a tool has answered: the call that was required was made. */
  public ToolChoice onceMet() {
    return required ? new ToolChoice(false, several ? names : List.of(), true) : this;
  }

  /** Whether it leaves the model its choice among all tools. */
  boolean isFree() {
    return equals(AUTO);
  }

  /**
   * Looks whether all tools are there.
   *
   * @throws InvalidRequestException when one is not
   */
  void requireAll(OfferedTools offered) {
    for (String name : names) {
      if (!offered.contains(name)) {
        throw new InvalidRequestException(
            "tool_choice names the tool '"
                + name
                + "', and there is none such in tools: "
                + String.join(", ", offered.names()));
      }
    }
    if (required && offered.names().isEmpty()) {
      throw new InvalidRequestException(
          "tool_choice asks for a call, and there are no tools; give tools, each with a name");
    }
  }
}
