package io.wasmchord.chat;

import static io.wasmchord.chat.ToolCallPattern.closing;
import static io.wasmchord.chat.ToolCallPattern.marker;

import io.wasmchord.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How families of models write that they want a tool called, from the documents and templates that
 * were published with them.
 */
public enum ToolCallFormat {
  /** MiniMax M3: tags that are named as arguments are, each behind a token of its own. */
  MINIMAX_M3(FamilyPatterns.miniMaxNamed(true), FamilyPatterns.miniMaxNamed(false)) {
    @Override
    boolean namedIn(String template) {
      return template.contains(ToolCallPattern.NAMESPACE);
    }
  },

  /** MiniMax M1: objects between tags, a line for each. */
  MINIMAX_M1(
      ToolCallPattern.of(
          marker("<tool_calls>"),
          new ToolCallPattern.CallRow(ToolCallPattern.Keys.OPENAI, "\n"),
          marker("</tool_calls>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<tool_calls>\\n{") || template.contains("<tool_calls>\n{");
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

  /** Gemma 4: an object whose keys are bare, and whose texts stand between marks. */
  GEMMA(
      ToolCallPattern.of(
          marker("<|tool_call>"),
          marker("call:"),
          new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
          new ToolCallPattern.Bare("<|\"|>"),
          closing("<tool_call|>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|tool_call>call:");
    }
  },

  /** DeepSeek V3.2: arguments in tags that say whether they are texts. */
  DEEPSEEK_V32(FamilyPatterns.deepSeekTags("function_calls")) {
    @Override
    boolean namedIn(String template) {
      return template.contains(DSML) && template.contains("function_calls>");
    }

    @Override
    Set<String> withinMarkers() {
      return Set.of(DSML);
    }
  },

  /** DeepSeek V4: the same between other tags. */
  DEEPSEEK_V4(FamilyPatterns.deepSeekTags("tool_calls")) {
    @Override
    boolean namedIn(String template) {
      return template.contains(DSML) && template.contains("tool_calls>");
    }

    @Override
    Set<String> withinMarkers() {
      return Set.of(DSML);
    }
  },

  /** Hunyuan 3: GLM's tags, with a name of their own. */
  HUNYUAN(FamilyPatterns.hunyuan(true), FamilyPatterns.hunyuan(false)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<tool_sep" + OPEN_SOURCE + ">");
    }
  },

  /** MiniCPM 5: arguments in tags. */
  MINICPM(
      ToolCallPattern.of(
          marker("<function name=\""),
          new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
          marker("\">"),
          new ToolCallPattern.Tagged(
              new ArgumentTags("<param name=\"", "\">", "", "</param>", "</function>", false)))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<function name=\"") && template.contains("<param name=\"");
    }
  },

  /** Nemotron Nano 2: a list between tags. */
  NEMOTRON(
      ToolCallPattern.of(
          marker("<TOOLCALL>"), new ToolCallPattern.Calls(), closing("</TOOLCALL>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<TOOLCALL>");
    }
  },

  /** Apertus: a list of objects whose only key is the tool's name. */
  APERTUS(
      ToolCallPattern.of(
          marker("<|tools_prefix|>"),
          new ToolCallPattern.NamedCalls(),
          closing("<|tools_suffix|>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|tools_prefix|>");
    }
  },

  /** Hermes, Qwen 2.5 and 3, SmolLM 3, Granite 4, EXAONE 4: an object between tags. */
  HERMES(
      ToolCallPattern.of(
          marker("<tool_call>"),
          new ToolCallPattern.Calls(ToolCallPattern.Keys.OPENAI, false),
          marker("</tool_call>"))) {
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
  QWEN_CODER(FamilyPatterns.functionTags("<tool_call>", "</tool_call>", true)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<tool_call>") && template.contains("<parameter=");
    }
  },

  /** Seed-OSS: the same between other tags. */
  SEED(FamilyPatterns.functionTags("<seed:tool_call>", "</seed:tool_call>", false)) {
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
  MINIMAX(FamilyPatterns.miniMax()) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<minimax:tool_call>") && template.contains("<invoke name=");
    }
  },

  /** Kimi K2: the call's name, and an object. */
  KIMI(FamilyPatterns.kimi(true), FamilyPatterns.kimi(false)) {
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
          new ToolCallPattern.Word(ToolCallPattern.Use.NOTHING, "[a-zA-Z0-9]{9}"),
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
          .flatMap(first ->
              Stream.of(FamilyPatterns.deepSeekFenced(first), FamilyPatterns.deepSeekPlain(first)))
          .toArray(ToolCallPattern[]::new)) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<｜tool▁calls▁begin｜>");
    }
  },

  /** Command R7B, Command A: a list between markers. */
  COMMAND_A(
      ToolCallPattern.of(
          marker("<|START_ACTION|>"),
          new ToolCallPattern.Calls(ToolCallPattern.Keys.COHERE, true),
          marker("<|END_ACTION|>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|START_ACTION|>");
    }
  },

  /** Command R and R+: a list in a fence. */
  COMMAND_R(
      ToolCallPattern.of(
          marker("Action:"),
          marker("```json"),
          new ToolCallPattern.Calls(ToolCallPattern.Keys.COHERE, true),
          marker("```"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|CHATBOT_TOKEN|>") && template.contains("Action:");
    }
  },

  /** Phi 4 mini, Firefunction 2: a list between markers, or after a word. */
  PHI(
      ToolCallPattern.of(
          marker("<|tool_call|>"), new ToolCallPattern.Calls(), closing("<|/tool_call|>")),
      ToolCallPattern.of(marker("functools"), new ToolCallPattern.Calls())) {
    @Override
    boolean namedIn(String template) {
      return (template.contains("<|tool|>") && template.contains("<|/tool|>"))
          || template.contains("functools[");
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

  /** Functionary 3.1: an object in a tag that names the tool. */
  FUNCTIONARY(
      ToolCallPattern.of(
          marker("<function="),
          new ToolCallPattern.Word(ToolCallPattern.Use.NAME),
          marker(">"),
          new ToolCallPattern.Arguments(),
          closing("</function>"))) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<function=")
          && template.contains("</function>")
          && !template.contains("<parameter=");
    }
  },

  /** Llama 3.1 to 4: objects, or calls as Python writes them, that are the whole answer. */
  LLAMA(
      ToolCallPattern.of(FamilyPatterns.llamaRow(), new ToolCallPattern.End()),
      ToolCallPattern.of(new ToolCallPattern.PythonRow(false), new ToolCallPattern.End()),
      ToolCallPattern.of(
          marker("<|python_tag|>"), FamilyPatterns.llamaRow(), new ToolCallPattern.End()),
      ToolCallPattern.of(
              marker("<|python_tag|>"),
              new ToolCallPattern.PythonRow(true),
              new ToolCallPattern.End())
          .forgiven(),
      ToolCallPattern.of(
          marker("<|python_start|>"),
          FamilyPatterns.llamaRow(),
          marker("<|python_end|>"),
          new ToolCallPattern.End()),
      ToolCallPattern.of(
          marker("<|python_start|>"),
          new ToolCallPattern.PythonRow(false),
          marker("<|python_end|>"),
          new ToolCallPattern.End())) {
    @Override
    boolean namedIn(String template) {
      return template.contains("<|start_header_id|>ipython")
          || template.contains("<|header_start|>ipython");
    }
  };

  private static final String DSML = "｜DSML｜";
  private static final String OPEN_SOURCE = ":opensource";

  private final List<ToolCallPattern> patterns;

  ToolCallFormat(ToolCallPattern... patterns) {
    this.patterns = List.of(patterns);
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

  /**
   * The same for what the template makes of a call that a model has made. A template that shows
   * calls shows them as its model writes them, and that counts more than the words in it.
   *
   * @param written the call, and what stands around it; empty where the template shows none
   */
  static @Nullable ToolCallFormat detect(String template, ToolCallShape.Written written) {
    ToolCallFormat named = detect(template);
    return Stream.concat(named == null ? Stream.empty() : Stream.of(named), Stream.of(values()))
        .filter(format -> !format.wholeAnswer() && written.readBy(format))
        .findFirst()
        .orElse(named);
  }

  List<ToolCallPattern> patterns() {
    return patterns;
  }

  /**
   * The patterns that a model is held to: the one that its template shows, or all that it may
   * write.
   *
   * @param written a call, as the template shows it
   * @param spelling tells the markers that the vocabulary has
   */
  List<ToolCallPattern> written(ToolCallShape.Written written, Spelling spelling) {
    List<ToolCallPattern> all =
        patterns.stream()
            .filter(one -> one.writing() != ToolCallPattern.Writing.READ_ONLY)
            .filter(one ->
                !wholeAnswer()
                    || !(one.parts().getFirst()
                        instanceof ToolCallPattern.Marker(String text, boolean end))
                    || spelling.isControl(text))
            .toList();
    return all.stream()
        .filter(one -> !wholeAnswer() && written.readBy(this, List.of(one)))
        .findFirst()
        .map(List::of)
        .orElse(all);
  }

  /** Patterns that are forgiven, and begin otherwise than those that are written. */
  List<ToolCallPattern> forgiven() {
    return patterns.stream()
        .filter(one -> one.writing() == ToolCallPattern.Writing.READ_ONLY)
        .filter(one -> !(one.parts().getLast() instanceof ToolCallPattern.Before))
        .toList();
  }

  /** Whether calls are told from text by standing alone. */
  boolean wholeAnswer() {
    return this == LLAMA;
  }

  /** What stands within markers, and may be a control token there: then it counts as text. */
  Set<String> withinMarkers() {
    return Set.of();
  }

  /** The markers that are control tokens, which give no text: ids and spellings. */
  public Map<Integer, String> marks(Tokenizer tokenizer) {
    Map<Integer, String> marks = new LinkedHashMap<>();
    Set<String> texts = new LinkedHashSet<>(withinMarkers());
    patterns.forEach(pattern -> texts.addAll(pattern.markers()));
    for (String text : texts) {
      int id = tokenizer.controlAt(text, 0);
      if (id >= 0 && tokenizer.piece(id).equals(text)) {
        marks.put(id, text);
      }
    }
    return marks;
  }
}
