package io.wasmchord.chat;

import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.errors.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The roles that a template knows. The common four are always given to it. It knows another where
 * its text names the role in quotes and it does not leave such a message out: many templates name
 * {@code function} only as a field of a call.
 *
 * @param template the file's own, or null for a preset, which knows the common four
 * @param request for which of its templates is asked
 */
record KnownRoles(@Nullable ChatTemplate template, ChatRequest request) {
  private static final String CONTENT = "Kd7wQz"; // no template writes it of its own accord
  private static final Message HELLO = new Message(Message.Role.USER, "Hi");
  private static final Message ANSWER = new Message(Message.Role.ASSISTANT, "Hello");

  /**
   * The messages in roles that are known; {@code developer} counts as {@code system} elsewhere.
   *
   * @throws InvalidRequestException when there is a role that the template does not know
   */
  List<Message> adapt(List<Message> messages) {
    List<Message> adapted = new ArrayList<>();
    for (Message message : messages) {
      Message.Role role = message.role();
      if (role.common() || has(role)) {
        adapted.add(message);
      } else if (role.equals(Message.Role.DEVELOPER)) {
        adapted.add(new Message(Message.Role.SYSTEM, message.content(), message.extra()));
      } else {
        throw new InvalidRequestException(
            "the role of messages[%d] is '%s', which the chat template does not know; use system, developer, user, assistant or tool"
                .formatted(adapted.size(), role.text()));
      }
    }
    return adapted;
  }

  private boolean has(Message.Role role) {
    if (template == null) {
      return false;
    }
    String source = template.source(request);
    boolean named =
        source.contains("'" + role.text() + "'") || source.contains("\"" + role.text() + "\"");
    return named && !leftOut(template, new Message(role, CONTENT));
  }

  /** Whether the template takes {@code message} somewhere, and writes it nowhere. */
  private boolean leftOut(ChatTemplate own, Message message) {
    boolean taken = false;
    for (List<Message> talk :
        List.of(
            List.of(message, HELLO), List.of(HELLO, message), List.of(HELLO, ANSWER, message))) {
      String prompt = rendered(own, talk);
      if (prompt.contains(CONTENT)) {
        return false;
      }
      taken |= !prompt.isEmpty();
    }
    return taken;
  }

  /** Empty where it is refused; the user's own conversation will hear why. */
  private String rendered(ChatTemplate own, List<Message> talk) {
    try {
      return own.render(request.withMessages(talk));
    } catch (ChatTemplateException e) {
      return "";
    }
  }
}
