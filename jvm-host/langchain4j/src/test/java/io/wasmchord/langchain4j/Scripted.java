package io.wasmchord.langchain4j;

import io.wasmchord.chord.ChordModel;
import io.wasmchord.model.ScriptedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model that says what LangChain4j's tests want to hear. Its template ends with a token that
 * depends on what was said, and its weights go on from there.
 */
final class Scripted {
  private static final String TEMPLATE =
      "{#- <tool_call></tool_call> #}"
          + "{%- set last = messages[-1].content or '' %}"
          + "{%- for m in messages %}{{ m.content or '' }}{% endfor %}"
          + "{%- if messages[-1].role == 'tool' %}"
          + "{%- if last == 'sunny' and messages | length > 3 %}<|both|>"
          + "{%- elif '14:35' in last %}<|both|>"
          + "{%- elif '10:14' in last %}<|ten|>"
          + "{%- else %}<|sunny|>{% endif %}"
          + "{%- elif 'in parallel' in last %}<|two|>"
          + "{%- elif 'current_time' in last %}<|clock|>"
          + "{%- elif 'Munich' in last and tools %}<|munich|>"
          + "{%- elif 'JSON' in last %}<|json|>"
          + "{%- elif 'color?' in last %}<|green|>"
          + "{%- elif 'love' in last %}<|liebe|>"
          + "{%- elif 'story' in last %}<|story|>"
          + "{%- elif 'Hello' in last %}<|hello|>"
          + "{%- else %}<|berlin|>{% endif %}";

  private Scripted() {}

  static ChordModel load() {
    try {
      Path file = Files.createTempFile("scripted", ".gguf");
      file.toFile().deleteOnExit();
      new ScriptedModel()
          .control("<|both|>", "<|ten|>", "<|sunny|>", "<|two|>", "<|clock|>")
          .control("<|munich|>", "<|json|>", "<|green|>", "<|liebe|>", "<|story|>", "<|hello|>")
          .control("<|berlin|>")
          .template(TEMPLATE)
          .says("{\"weather\":", "\u2581\"sunny\"}", "</s>") // the first that is JSON
          .says("<|berlin|>", "The", "\u2581capital", "\u2581is", "\u2581Berlin", ".", "</s>")
          .says("<|green|>", "It", "\u2581is\u2581green", "!", "</s>")
          .says("<|liebe|>", "Ich", "\u2581liebe", "\u2581dich", "</s>")
          .says(
              "<|story|>", "Once", "\u2581upon", "\u2581a", "\u2581time", "\u2581long", "\u2581ago")
          .says("\u2581ago", "\u2581and", "\u2581far", "\u2581and")
          .says("<|hello|>", "Hello", "\u2581", "World", "</s>")
          .says("<|json|>", "{\"city\":", "\u2581\"Berlin\"}", "</s>")
          .says("<|sunny|>", "Now", "\u2581it", "\u2581is\u2581sunny", "</s>")
          .says("<|ten|>", "At", "\u258110:14", "</s>")
          .says("<|both|>", "Sun", "\u2581sunny\u2581at", "\u258114:35", "</s>")
          .says("<|munich|>", call("getWeather", "\"city\": \"Munich\""), "</s>")
          .says("<|clock|>", call("get_current_time", ""), "</s>")
          .says(
              "<|two|>",
              call("getWeather", "\"city\": \"Munich\"")
                  + "\n"
                  + call("getTime", "\"country\": \"France\""),
              "</s>")
          .write(file);
      return ChordModel.load(file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String call(String name, String arguments) {
    String call = "{\"name\": \"" + name + "\", \"arguments\": {" + arguments + "}}";
    return "<tool_call>\n" + call.replace(' ', '\u2581') + "\n</tool_call>";
  }
}
