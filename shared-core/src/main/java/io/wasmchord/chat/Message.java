package io.wasmchord.chat;

import io.wasmchord.chat.jinja.Value;
import io.wasmchord.session.InvalidRequestException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One turn of a conversation.
 *
 * @param extra further fields for the model's own template, e.g. {@code tool_calls}, {@code name},
 *     {@code tool_call_id} or {@code reasoning_content}; a field {@code content} replaces the text
 */
public record Message(Role role, String content, Map<String, Value> extra) {
  public Message {
    // Map.copyOf keeps no order, and under TeaVM its empty map cannot be asked for a key.
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }

  /** A turn that is only text. */
  public Message(Role role, String content) {
    this(role, content, Map.of());
  }

  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    /** What a tool gave back. */
    TOOL;

    /** The role's name in prompts and requests. */
    public String text() {
      return switch (this) {
        case SYSTEM -> "system";
        case USER -> "user";
        case ASSISTANT -> "assistant";
        case TOOL -> "tool";
      };
    }

    /**
     * The role called {@code name}.
     *
     * @throws InvalidRequestException when there is none
     */
    public static Role byName(String name) {
      for (Role role : values()) {
        if (role.text().equals(name)) {
          return role;
        }
      }
      throw new InvalidRequestException(
          "a message's role is '" + name + "'; it must be system, user, assistant or tool");
    }
  }
}
