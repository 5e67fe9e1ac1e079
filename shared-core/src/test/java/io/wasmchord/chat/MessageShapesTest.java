package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.chat.Message.Role;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages in the shapes in which clients send them: roles beyond the common four, and parts. */
class MessageShapesTest {
  private static final Tokenizer BYTES =
      Tokenizers.of(TestVocabularies.spm(Map.of("a", 0f), false));

  /** Writes any role. */
  private static final String ANY =
      "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}";

  /** Knows three, and leaves out the others. */
  private static final String DEVELOPER =
      "{% for m in messages %}{% if m.role in ['developer', 'user', \"ipython\"] %}"
          + "<{{ m.role }}>{{ m.content }}{% elif m['function'] %}{% endif %}{% endfor %}";

  /** Refuses what it does not know, and wants a user first. */
  private static final String STRICT =
      "{% for m in messages %}{% if loop.first and m.role != 'user' %}"
          + "{{ raise_exception('no') }}{% elif m.role not in ['user', 'assistant', 'observation'] %}"
          + "{{ raise_exception('bad') }}{% endif %}<{{ m.role }}>{{ m.content }}{% endfor %}";

  private static String prompt(ChatFormat format, Message... messages) {
    String text = BYTES.decode(format.encode(List.of(messages)), true);
    return text.replace("\u2581", " ").replace("<s>", "");
  }

  private static ChatFormat format(String template) {
    return ChatFormat.ofSource(template, BYTES, () -> 0);
  }

  @Test
  void aRoleThatTheTemplateKnowsReachesIt() {
    Message user = new Message(Role.USER, "Hi");
    assertEquals(
        "<developer>Be brief.<user>Hi",
        prompt(format(DEVELOPER), new Message(Role.byName("developer"), "Be brief."), user));
    assertEquals(
        "<user>Hi<ipython>4",
        prompt(format(DEVELOPER), user, new Message(Role.byName("ipython"), "4")));
    assertEquals(
        "<user>Hi<observation>4",
        prompt(format(STRICT), user, new Message(Role.byName("observation"), "4")));
  }

  @Test
  void developerElseCountsAsSystem() {
    Message developer =
        new Message(Role.DEVELOPER, "Be brief.", JsonObject.of("name", JsonReader.parse("1")));
    Message user = new Message(Role.USER, "Hi");
    assertEquals("<system>Be brief.<user>Hi", prompt(format(ANY), developer, user));
    assertEquals(
        ChatPreset.LLAMA2.render(List.of(new Message(Role.SYSTEM, "Be brief."), user)),
        ChatPreset.LLAMA2.render(List.of(developer, user)));
  }

  @ParameterizedTest
  @CsvSource({"any, narrator", "developer, function", "developer, narrator", "preset, ipython"})
  void anotherRoleIsRefusedByNameAndPlace(String template, String role) {
    Message user = new Message(Role.USER, "Hi");
    Message other = new Message(Role.byName(role), "x");
    InvalidRequestException e =
        assertThrows(
            InvalidRequestException.class,
            () -> {
              switch (template) {
                case "any" -> prompt(format(ANY), user, other);
                case "developer" -> prompt(format(DEVELOPER), user, other);
                default -> ChatPreset.CHATML.encode(BYTES, List.of(user, other));
              }
            });
    assertEquals(
        "the role of messages[1] is '"
            + role
            + "', which the chat template does not know;"
            + " use system, developer, user, assistant or tool",
        e.getMessage());
  }

  @Test
  void partsOfTextAreTheText() {
    Message parts =
        new Message(
            Role.USER,
            "",
            JsonObject.of(
                "content",
                JsonReader.parse(
                    "[{\"type\": \"text\", \"text\": \"Hi \"}, {\"type\": \"text\", \"text\": \"you\"}]")));
    assertEquals("<user>Hi you", prompt(format(ANY), parts));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"type\": \"image_url\", \"image_url\": \"x\"}] | messages[0].content[0] is of type 'image_url'",
        "[\"a\", 5] | messages[0].content[1] is of type integer",
        "[{\"text\": \"a\"}] | messages[0].content[0] is of type object",
        "[{\"type\": \"text\", \"text\": 5}] | messages[0].content[0] is of type 'text'"
      })
  void otherPartsAreRefusedByType(String content, String message) {
    Message parts = new Message(Role.USER, "", JsonObject.of("content", JsonReader.parse(content)));
    InvalidRequestException e =
        assertThrows(InvalidRequestException.class, () -> prompt(format(ANY), parts));
    assertEquals(message + "; a part is {\"type\": \"text\", \"text\": \"...\"}", e.getMessage());
  }

  @Test
  void onlyAnAnswerMayBeWithoutContent() {
    JsonObject none = JsonObject.of("content", JsonValue.ofNull());
    Message user = new Message(Role.USER, "Hi");
    assertEquals(
        "<user>Hi<assistant>", prompt(format(ANY), user, new Message(Role.ASSISTANT, "", none)));
    for (Role role : List.of(Role.USER, Role.SYSTEM, Role.TOOL)) {
      InvalidRequestException e =
          assertThrows(
              InvalidRequestException.class,
              () -> prompt(format(ANY), user, new Message(role, "", none)));
      assertEquals("messages[1].content is null; a text is expected", e.getMessage());
    }
  }
}
