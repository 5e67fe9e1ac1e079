package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import java.util.List;

/**
 * One turn of a conversation.
 *
 * @param extra further fields for the model's own template, e.g. {@code tool_calls}, {@code name},
 *     {@code tool_call_id} or {@code reasoning_content}; a field {@code content} replaces the text
 */
public record Message(Role role, String content, JsonObject extra) {
  /** A turn that is only text. */
  public Message(Role role, String content) {
    this(role, content, JsonObject.empty());
  }

  /** The same with a text for whatever its content was. */
  Message withText(String text) {
    return new Message(role, text, extra.without("content"));
  }

  /**
   * Who speaks. Every template knows what the constants stand for; of other roles, such as {@code
   * developer} or {@code ipython}, a template may know some.
   *
   * @param text the role's name in prompts and requests
   */
  public record Role(String text) {
    public static final Role SYSTEM = new Role("system");
    public static final Role USER = new Role("user");
    public static final Role ASSISTANT = new Role("assistant");

    /** What a tool gave back. */
    public static final Role TOOL = new Role("tool");

    /** Instructions of whoever made the application, which models without the role call system. */
    public static final Role DEVELOPER = new Role("developer");

    private static final List<Role> COMMON = List.of(SYSTEM, USER, ASSISTANT, TOOL);

    /**
     * The role called {@code name}; whether the model knows it is seen when it is asked.
     *
     * @throws InvalidRequestException when the name is blank
     */
    public static Role byName(String name) {
      return new Role(name);
    }

    public Role {
      if (text.isBlank()) {
        throw new InvalidRequestException(
            "a message's role is '" + text + "'; name who speaks, such as user");
      }
    }

    /** Whether it is one that every template is asked with. */
    boolean common() {
      return COMMON.contains(this);
    }
  }
}
