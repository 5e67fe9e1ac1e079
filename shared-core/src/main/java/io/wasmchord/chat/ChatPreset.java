package io.wasmchord.chat;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The prompt formats that this version knows, as llama.cpp's built-in templates render them.
 * Beginning of sequence is the tokenizer's business and never part of a rendering.
 */
public enum ChatPreset {
  CHATML(List.of("<|im_end|>")) {
    @Override
    void add(PromptBuilder p, Message m, boolean first) {
      p.control("<|im_start|>")
          .text(m.role().text() + "\n" + m.content())
          .control("<|im_end|>")
          .text("\n");
    }

    @Override
    void open(PromptBuilder p) {
      p.control("<|im_start|>").text("assistant\n");
    }
  },
  LLAMA2(List.of("</s>")) {
    @Override
    void add(PromptBuilder p, Message m, boolean first) {
      switch (m.role().text()) {
        case "system" -> p.text("[INST] <<SYS>>\n" + m.content() + "\n<</SYS>>\n\n");
        case "user" -> p.text((first ? "[INST] " : "") + m.content() + " [/INST]");
        case "assistant" -> p.text(" " + m.content()).control("</s>").control("<s>");
        default -> throw noTools();
      }
    }

    @Override
    void open(PromptBuilder p) {}
  },
  LLAMA3(List.of("<|eot_id|>")) {
    @Override
    void add(PromptBuilder p, Message m, boolean first) {
      header(p, m.role()).text("\n\n" + m.content().strip()).control("<|eot_id|>");
    }

    private PromptBuilder header(PromptBuilder p, Message.Role role) {
      return p.control("<|start_header_id|>").text(role.text()).control("<|end_header_id|>");
    }

    @Override
    void open(PromptBuilder p) {
      header(p, Message.Role.ASSISTANT).text("\n\n");
    }
  },
  ZEPHYR(List.of("</s>", "<|endoftext|>")) {
    @Override
    void add(PromptBuilder p, Message m, boolean first) {
      p.text("<|" + m.role().text() + "|>\n" + m.content()).control("</s>").text("\n");
    }

    @Override
    void open(PromptBuilder p) {
      p.text("<|assistant|>\n");
    }
  },
  ALPACA(List.of("### Instruction:")) {
    @Override
    void add(PromptBuilder p, Message m, boolean first) {
      switch (m.role().text()) {
        case "system" -> p.text(m.content().strip() + "\n\n");
        case "user" -> p.text("### Instruction:\n" + m.content().strip() + "\n\n");
        case "assistant" -> p.text("### Response:\n" + m.content().strip() + "\n\n");
        default -> throw noTools();
      }
    }

    @Override
    void open(PromptBuilder p) {
      p.text("### Response:\n");
    }
  };

  private final List<String> stops;

  ChatPreset(List<String> stops) {
    this.stops = stops;
  }

  abstract void add(PromptBuilder p, Message m, boolean first);

  abstract void open(PromptBuilder p);

  InvalidRequestException noTools() {
    return new InvalidRequestException(
        "the chat template " + label() + " has no place for a tool's message; use the model's own");
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The names of all presets, with commas between. */
  public static String names() {
    List<String> names = new ArrayList<>();
    for (ChatPreset preset : values()) {
      names.add(preset.label());
    }
    return String.join(", ", names);
  }

  /** Whether a preset is called {@code name}, in any case. */
  static boolean has(String name) {
    return find(name) != null;
  }

  private static @Nullable ChatPreset find(String name) {
    for (ChatPreset preset : values()) {
      if (preset.label().equals(name.toLowerCase(Locale.ROOT).replace("-", ""))) {
        return preset;
      }
    }
    return null;
  }

  /** Texts that end an answer in this format, where the model does not end it with a token. */
  public List<String> stops() {
    return stops;
  }

  /** The conversation as a prompt for the next answer. */
  public String render(List<Message> messages) {
    return prompt(messages).render();
  }

  /**
   * The conversation as tokens for the next answer. Text of messages never becomes a control token.
   *
   * @throws InvalidRequestException when there is no message
   */
  public int[] encode(Tokenizer tokenizer, List<Message> messages) {
    return prompt(messages).encode(tokenizer);
  }

  private PromptBuilder prompt(List<Message> messages) {
    if (messages.isEmpty()) {
      throw new InvalidRequestException("there are no messages; give at least one");
    }
    PromptBuilder p = new PromptBuilder();
    boolean first = true; // of its turn: no system text has opened it
    for (Message m : new KnownRoles(null, ChatRequest.of(messages)).adapt(messages)) {
      add(p, m, first);
      first = !m.role().equals(Message.Role.SYSTEM);
    }
    open(p);
    return p;
  }

  /** The preset that a model's own template asks for, or null where none is recognised. */
  public static @Nullable ChatPreset detect(String template) {
    if (template.contains("<|im_start|>")) {
      return CHATML;
    }
    if (template.contains("<|start_header_id|>") && template.contains("<|end_header_id|>")) {
      return LLAMA3;
    }
    if (template.contains("[INST]")) {
      return LLAMA2;
    }
    if (template.contains("<|user|>")
        && (template.contains("eos_token") || template.contains("</s>"))) {
      return ZEPHYR;
    }
    return template.contains("### Instruction:") ? ALPACA : null;
  }

  /**
   * The preset called {@code name}, in any case, e.g. {@code llama3}.
   *
   * @throws InvalidRequestException when there is none
   */
  public static ChatPreset byName(String name) {
    ChatPreset preset = find(name);
    if (preset == null) {
      throw new InvalidRequestException(
          "there is no chat template '" + name + "'; there are " + names());
    }
    return preset;
  }
}
