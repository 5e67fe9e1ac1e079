package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.wasmchord.chat.ReasoningFormat;
import io.wasmchord.jvm.AnswerPrinter.Reasoning;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class AnswerPrinterTest {
  private static final Tokenizer TOKENIZER =
      Tokenizers.of(TestVocabularies.spm(Map.of("a", 0f), false, "<think>"));

  private final StringWriter printed = new StringWriter();

  private AnswerPrinter printer(Reasoning mode, boolean styled, int... prompt) {
    ReasoningFormat format = Objects.requireNonNull(ReasoningFormat.detect("<think>", TOKENIZER));
    return new AnswerPrinter(new PrintWriter(printed), TOKENIZER, format, prompt, mode, styled);
  }

  private String print(AnswerPrinter printer, String... pieces) {
    for (String piece : pieces) {
      printer.onText(piece);
    }
    printer.end("");
    return printed.toString().strip();
  }

  @Test
  void aTerminalShowsReasoningDimly() {
    AnswerPrinter printer = printer(Reasoning.SHOW, true);
    assertEquals(
        "\u001B[2mHm.\u001B[0m\n\nYes.", print(printer, "<thi", "nk>Hm", ".</think>\nYes."));
    assertEquals("Yes.", printer.message().content());
    assertEquals(1, printer.message().extra().size());
  }

  @Test
  void anAnswerThatIsOnlyReasoningLeavesTheTerminalAsItWas() {
    AnswerPrinter printer = printer(Reasoning.SHOW, true, TOKENIZER.idOf("<think>"));
    assertEquals("\u001B[2mHm\u001B[0m", print(printer, "Hm"));
    assertFalse(printer.answered());
  }

  @Test
  void rawTextIsParsedAllTheSameForTheNextTurn() {
    AnswerPrinter printer = printer(Reasoning.RAW, true);
    assertEquals("<think>Hm</think>Yes", print(printer, "<think>Hm", "</think>Yes"));
    assertEquals("Yes", printer.message().content());
  }
}
