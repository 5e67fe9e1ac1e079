package io.wasmchord.chat;

import io.wasmchord.session.InvalidRequestException;

/** One turn of a conversation. */
public record Message(Role role, String content) {
  /** Who speaks. */
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT;

    /** The role's name in prompts and requests. */
    public String text() {
      return switch (this) {
        case SYSTEM -> "system";
        case USER -> "user";
        case ASSISTANT -> "assistant";
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
      throw new InvalidRequestException("a message's role is '" + name + "'; it must be system, user or assistant");
    }
  }
}
