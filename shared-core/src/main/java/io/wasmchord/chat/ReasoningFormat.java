package io.wasmchord.chat;

import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.tags.Preamble;
import io.wasmchord.constraint.vocabulary.TokenBytes;
import io.wasmchord.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a family of models sets its reasoning apart from its answer. A marker is a control token, and
 * then known by its id alone, or a text.
 *
 * @param open begins the reasoning, which comes before the answer or not at all
 * @param close ends it
 * @param answerOpen what some models put before their answer, or an empty text
 * @param answerClose what they put after it, or an empty text
 * @param openToken the control token that is {@code open} or begins it, or an empty text
 * @param openId its id, or -1
 * @param closeId the control token {@code close}, or -1
 */
public record ReasoningFormat(
    String open,
    String close,
    String answerOpen,
    String answerClose,
    String openToken,
    int openId,
    int closeId) {
  /** Markers, from the documents that were published with the models. */
  private static final List<ReasoningFormat> KNOWN =
      List.of(
          of("<think>", "</think>", "", ""), // DeepSeek R1, Qwen 3, QwQ, SmolLM 3, Phi 4 reasoning
          of("<think>", "</think>", "<response>", "</response>"), // Granite 3.3
          of("[THINK]", "[/THINK]", "", ""), // Magistral
          of(
              "<|START_THINKING|>",
              "<|END_THINKING|>",
              "<|START_RESPONSE|>",
              "<|END_RESPONSE|>"), // Command R7B, Command A Reasoning
          of("<seed:think>", "</seed:think>", "", ""), // Seed-OSS
          of("<thought>", "</thought>", "", ""), // EXAONE Deep
          of("◁think▷", "◁/think▷", "", ""), // Kimi-VL
          of("<|inner_prefix|>", "<|inner_suffix|>", "", ""), // Apertus
          of(
              "Here are my reasoning steps:",
              "[BEGIN FINAL RESPONSE]",
              "",
              "[END FINAL RESPONSE]"), // Apriel 1.5 and 1.6
          of("<mm:think>", "</mm:think>", "", ""), // MiniMax M3
          of("<|channel>thought", "<channel|>", "", ""), // Gemma 4
          of("<think:opensource>", "</think:opensource>", "", ""), // Hunyuan 3
          of("Here is my thought process:", "Here is my response:", "", "")); // Granite 3.2

  /** Tokens at a prompt's end that can spell a marker and the whitespace after it. */
  private static final int TAIL = 64;

  private static ReasoningFormat of(
      String open, String close, String answerOpen, String answerClose) {
    return new ReasoningFormat(open, close, answerOpen, answerClose, "", -1, -1);
  }

  /**
   * The format of a model that is asked through {@code template}, or null where it has none: the
   * template names the markers, or both are tokens of their own.
   *
   * @param template the template's source, or an empty text for a preset
   */
  public static @Nullable ReasoningFormat detect(String template, Tokenizer tokenizer) {
    return KNOWN.stream()
        .filter(f -> f.namedIn(template) && f.wrapsIn(template))
        .findFirst()
        .or(() -> KNOWN.stream().filter(f -> f.namedIn(template)).findFirst())
        .or(() -> KNOWN.stream().filter(f -> f.tokensOf(tokenizer)).findFirst())
        .map(f -> f.in(tokenizer))
        .orElse(null);
  }

  private boolean namedIn(String template) {
    return template.contains(open) || template.contains(close);
  }

  private boolean wrapsIn(String template) {
    return !answerOpen.isEmpty() && template.contains(answerOpen);
  }

  private boolean tokensOf(Tokenizer tokenizer) {
    return tokenizer.idOf(open) >= 0 && tokenizer.idOf(close) >= 0;
  }

  private ReasoningFormat in(Tokenizer tokenizer) {
    int openId = tokenizer.controlAt(open, 0);
    String token = openId < 0 ? "" : tokenizer.piece(openId);
    int closeId = control(close, tokenizer);
    return new ReasoningFormat(open, close, answerOpen, answerClose, token, openId, closeId);
  }

  private static int control(String marker, Tokenizer tokenizer) {
    int id = tokenizer.controlAt(marker, 0);
    return id >= 0 && tokenizer.piece(id).equals(marker) ? id : -1;
  }

  /** The markers that are control tokens, which give no text. */
  public Set<Integer> marks() {
    Set<Integer> ids = new HashSet<>(List.of(openId, closeId));
    ids.remove(-1);
    return ids;
  }

  /** {@code then} after free reasoning, which the prompt has begun or the answer may have. */
  Frame before(Frame then, boolean begun) {
    String end = closeId < 0 ? close : TokenBytes.CONTROL + close;
    if (begun) {
      return Preamble.begun(end, then);
    }
    return Preamble.perhaps(openId < 0 ? open : TokenBytes.CONTROL + open, end, then);
  }

  /** Whether an answer to {@code prompt} goes on with reasoning that the prompt has begun. */
  public boolean openAfter(int[] prompt, Tokenizer tokenizer) {
    return !opening(prompt, tokenizer).isEmpty();
  }

  /** The marker and the whitespace that end {@code prompt}, or an empty text where none does. */
  String opening(int[] prompt, Tokenizer tokenizer) {
    int[] tail = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - TAIL), prompt.length);
    String text = tokenizer.decode(tail, true);
    boolean open = text.stripTrailing().endsWith(this.open);
    boolean meant = openId < 0 || Arrays.stream(tail).anyMatch(id -> id == openId);
    return open && meant ? text.substring(text.lastIndexOf(this.open)) : "";
  }
}
