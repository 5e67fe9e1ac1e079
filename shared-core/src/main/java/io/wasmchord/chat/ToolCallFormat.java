package io.wasmchord.chat;

import static io.wasmchord.chat.ToolCallPattern.closing;
import static io.wasmchord.chat.ToolCallPattern.marker;

import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How families of models write that they want a tool called, from the documents and templates that
 * were published with them.
 */
public enum ToolCallFormat {
  /** MiniMax M3: tags that are named as arguments are, each behind a token of its own. */
  MINIMAX_M3(miniMaxNamed(true), miniMaxNamed(false)) {
    @Override
    boolean namedIn(String template) {
      return template.contains(ToolCallPattern.NAMESPACE);
    }
  },

  /** Apriel 1.5 and 1.6: a list between tags; what they are told speaks of others, too. */
  APRIEL(
      ToolCallPattern.of(
          marker("<tool_calls>"), new ToolCallPattern.Calls(), closing("</tool_calls>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<tool_calls>[");
    }
  },

  /** Hermes, Qwen 2.5 and 3, SmolLM 3, Granite 4, EXAONE 4: an object between tags. */
  HERMES(
      ToolCallPattern.of(
          marker("<tool_call>"), new ToolCallPattern.Calls(), marker("</tool_call>"))) {
    @Override
    boolean namedIn(String template) {
      // Qwen 3 Coder and GLM 4.5 write tags, not JSON, between these tags.
      return template.contains("<tool_call>")
          && template.contains("</tool_call>")
          && !template.contains("<function=")
          && !template.contains("<arg_key>");
    }
  },

  /** Qwen 3 Coder and 3.5, Nemotron 3 Nano: arguments in tags. */
  QWEN_CODER(functionTags("<tool_call>", "</tool_call>", true)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<tool_call>") && template.contains("<parameter=");
    }
  },

  /** Seed-OSS: the same between other tags. */
  SEED(functionTags("<seed:tool_call>", "</seed:tool_call>", false)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<seed:tool_call>") && template.contains("<parameter=");
    }
  },

  /** GLM 4.5 to 4.7: keys and values in tags of their own. */
  GLM(
      ToolCallPattern.of(
          marker("<tool_call>"),
          new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
          new ToolCallPattern.Tagged(
              new ArgumentTags(
                  "<arg_key>",
                  "</arg_key>",
                  "<arg_value>",
                  "</arg_value>",
                  "</tool_call>",
                  false)))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<arg_key>") && template.contains("<arg_value>");
    }
  },

  /** MiniMax M2: arguments in tags. */
  MINIMAX(miniMax(true), miniMax(false)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<minimax:tool_call>") && template.contains("<invoke name=");
    }
  },

  /** Kimi K2: the call's name, and an object. */
  KIMI(kimi(true), kimi(false)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|tool_call_argument_begin|>")
          || template.contains("tool_declare<|im_middle|>");
    }
  },

  /** LFM2 and 2.5: a list of calls as Python writes them, or as JSON where they are asked to. */
  LFM(
      ToolCallPattern.of(
          marker("<|tool_call_start|>"), new ToolCallPattern.PythonCalls("<|tool_call_end|>")),
      ToolCallPattern.of(
          marker("<|tool_call_start|>"),
          new ToolCallPattern.Calls(),
          marker("<|tool_call_end|>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|tool_call_start|>")
          || template.contains("<|tool_list_start|>")
          || template.contains("List of tools: [");
    }
  },

  /** Mistral: a list after a marker, or since the tokenizer's eleventh version name and object. */
  MISTRAL(
      ToolCallPattern.of(marker("[TOOL_CALLS]"), new ToolCallPattern.Calls()),
      ToolCallPattern.of(
          marker("[TOOL_CALLS]"),
          new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
          marker("[ARGS]"),
          new ToolCallPattern.Arguments()),
      ToolCallPattern.of(
          marker("[TOOL_CALLS]"),
          new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
          marker("[CALL_ID]"),
          new ToolCallPattern.Word(ToolCallPattern.Use.NOTHING),
          marker("[ARGS]"),
          new ToolCallPattern.Arguments())) {
    @Override
    boolean namedIn(String template) {
      return template.contains("[TOOL_CALLS]");
    }
  },

  /** DeepSeek V3 and R1, whose objects stand in a fence, and V3.1. */
  DEEPSEEK(
      Stream.of(true, false)
          .flatMap(first -> Stream.of(deepSeekFenced(first), deepSeekPlain(first)))
          .toArray(ToolCallPattern[]::new)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<｜tool▁calls▁begin｜>");
    }
  },

  /** Command R7B, Command A: a list between markers. */
  COMMAND_A(
      ToolCallPattern.of(
          marker("<|START_ACTION|>"), new ToolCallPattern.Calls(), marker("<|END_ACTION|>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|START_ACTION|>");
    }
  },

  /** Command R and R+: a list in a fence. */
  COMMAND_R(
      ToolCallPattern.of(
          marker("Action:"), marker("```json"), new ToolCallPattern.Calls(), marker("```"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|CHATBOT_TOKEN|>") && template.contains("Action:");
    }
  },

  /** Phi 4 mini: a list between markers, or after a word. */
  PHI(
      ToolCallPattern.of(
          marker("<|tool_call|>"), new ToolCallPattern.Calls(), closing("<|/tool_call|>")),
      ToolCallPattern.of(marker("functools"), new ToolCallPattern.Calls())) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|tool|>") && template.contains("<|/tool|>");
    }
  },

  /** Granite 3: a list after a marker. */
  GRANITE(
      ToolCallPattern.of(marker("<|tool_call|>"), new ToolCallPattern.Calls()),
      ToolCallPattern.of(marker("<tool_call>"), new ToolCallPattern.Calls())) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|start_of_role|>") && template.contains("tools");
    }
  },

  /** Llama 3.1, 3.2 and 3.3: an object, or several, that are the whole answer. */
  LLAMA(
      ToolCallPattern.of(new ToolCallPattern.CallRow(), new ToolCallPattern.End()),
      ToolCallPattern.of(
          marker("<|python_tag|>"), new ToolCallPattern.CallRow(), new ToolCallPattern.End())) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|start_header_id|>ipython");
    }
  };

  private final List<ToolCallPattern> patterns;

  ToolCallFormat(ToolCallPattern... patterns) {
    this.patterns = List.of(patterns);
  }

  private static ToolCallPattern deepSeekFenced(boolean first) {
    return deepSeek(
        first,
        new ToolCallPattern.Word(ToolCallPattern.Use.NOTHING), // "function"
        marker("<｜tool▁sep｜>"),
        new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
        marker("```json"),
        new ToolCallPattern.Arguments(),
        marker("```"));
  }

  private static ToolCallPattern deepSeekPlain(boolean first) {
    return deepSeek(
        first,
        new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
        marker("<｜tool▁sep｜>"),
        new ToolCallPattern.Arguments());
  }

  private static ToolCallPattern deepSeek(boolean first, ToolCallPattern.Part... inner) {
    List<ToolCallPattern.Part> parts = new ArrayList<>();
    parts.add(marker("<｜tool▁call▁begin｜>"));
    parts.addAll(List.of(inner));
    parts.add(marker("<｜tool▁call▁end｜>"));
    return within(first, "<｜tool▁calls▁begin｜>", parts, "<｜tool▁calls▁end｜>");
  }

  /** One of several calls that stand between two markers. */
  private static ToolCallPattern within(
      boolean first, String open, List<ToolCallPattern.Part> call, String close) {
    List<ToolCallPattern.Part> parts = new ArrayList<>();
    if (first) {
      parts.add(marker(open));
    }
    parts.addAll(call);
    parts.add(closing(close));
    return new ToolCallPattern(parts);
  }

  /** The tag before it is forgotten at times. */
  private static ToolCallPattern[] functionTags(String open, String close, boolean ownLines) {
    List<ToolCallPattern.Part> call =
        List.of(
            marker("<function="),
            new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
            marker(">"),
            new ToolCallPattern.Tagged(
                new ArgumentTags("<parameter=", ">", "", "</parameter>", "</function>", ownLines)));
    return new ToolCallPattern[] {
      within(true, open, call, close), within(false, open, call, close)
    };
  }

  private static ToolCallPattern miniMax(boolean first) {
    List<ToolCallPattern.Part> call =
        List.of(
            marker("<invoke name=\""),
            new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
            marker("\">"),
            new ToolCallPattern.Tagged(
                new ArgumentTags(
                    "<parameter name=\"", "\">", "", "</parameter>", "</invoke>", false)));
    return within(first, "<minimax:tool_call>", call, "</minimax:tool_call>");
  }

  private static ToolCallPattern miniMaxNamed(boolean first) {
    String before = ToolCallPattern.NAMESPACE;
    List<ToolCallPattern.Part> call =
        List.of(
            marker(before + "<invoke name=\""),
            new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
            marker("\">"),
            new ToolCallPattern.Tagged(ArgumentTags.named(before, "</invoke>")));
    return within(first, before + "<tool_call>", call, before + "</tool_call>");
  }

  private static ToolCallPattern kimi(boolean first) {
    List<ToolCallPattern.Part> call =
        List.of(
            marker("<|tool_call_begin|>"),
            new ToolCallPattern.Word(ToolCallPattern.Use.ID),
            marker("<|tool_call_argument_begin|>"),
            new ToolCallPattern.Arguments(),
            marker("<|tool_call_end|>"));
    return within(first, "<|tool_calls_section_begin|>", call, "<|tool_calls_section_end|>");
  }

  /** Whether a model that is asked through {@code template} writes its calls so. */
  abstract boolean namedIn(String template);

  /**
   * The format of a model that is asked through {@code template}, or null where none is known.
   *
   * @param template the source of the template that is given the tools
   */
  public static @Nullable ToolCallFormat detect(String template) {
    return Stream.of(values()).filter(f -> f.namedIn(template)).findFirst().orElse(null);
  }

  List<ToolCallPattern> patterns() {
    return patterns;
  }

  /** Whether calls are told from text by standing alone. */
  boolean wholeAnswer() {
    return this == LLAMA;
  }

  /** The markers that are control tokens, which give no text: ids and spellings. */
  public Map<Integer, String> marks(Tokenizer tokenizer) {
    Map<Integer, String> marks = new LinkedHashMap<>();
    for (ToolCallPattern pattern : patterns) {
      for (String text : pattern.markers()) {
        int id = tokenizer.controlAt(text, 0);
        if (id >= 0 && tokenizer.piece(id).equals(text)) {
          marks.put(id, text);
        }
      }
    }
    return marks;
  }
}
