package io.wasmchord.chat;

import io.wasmchord.errors.ChatTemplateException;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a template writes after an answer, which is what the model was trained to end it with. Files
 * do not always mark that token as one that ends anything.
 *
 * @param tag spelled as no word is: {@code <...>} or {@code [...]}; empty where there is none
 * @param id the token of that spelling, or -1 where the model must write it as text
 */
record TurnEnd(String tag, int id) {
  static final TurnEnd NONE = new TurnEnd("", -1);

  private static final String ANSWER = "Kd7wQz"; // no template writes it of its own accord

  /** What ends a turn by {@code template}; none where it refuses a plain conversation. */
  static TurnEnd of(ChatTemplate template, @Nullable String name, Tokenizer tokenizer) {
    List<Message> talk =
        List.of(new Message(Message.Role.USER, "Hi"), new Message(Message.Role.ASSISTANT, ANSWER));
    ChatRequest request = ChatRequest.of(talk).withGenerationPrompt(false).withTemplate(name);
    try {
      return after(template.render(request), tokenizer);
    } catch (ChatTemplateException e) {
      return NONE; // a conversation of the user's will hear of it
    }
  }

  private static TurnEnd after(String prompt, Tokenizer tokenizer) {
    int at = prompt.lastIndexOf(ANSWER);
    String rest = at < 0 ? "" : prompt.substring(at + ANSWER.length()).stripLeading();
    int end =
        rest.startsWith("<") ? rest.indexOf('>') : rest.startsWith("[") ? rest.indexOf(']') : -1;
    String tag = rest.substring(0, end + 1);
    return tag.isEmpty() ? NONE : new TurnEnd(tag, tokenizer.idOf(tag));
  }

  /** The token, if there is one. */
  Set<Integer> tokens() {
    return id < 0 ? Set.of() : Set.of(id);
  }

  /** The text, where there is no token for it. */
  List<String> texts() {
    return id >= 0 || tag.isEmpty() ? List.of() : List.of(tag);
  }
}
