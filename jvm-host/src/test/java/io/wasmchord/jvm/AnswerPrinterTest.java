package io.wasmchord.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.chat.ChatFormat;
import io.wasmchord.chat.ChatRequest;
import io.wasmchord.chat.ToolCall;
import io.wasmchord.json.JsonReader;
import io.wasmchord.jvm.AnswerPrinter.Reasoning;
import io.wasmchord.tokenizer.TestVocabularies;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerPrinterTest {
  private static final Tokenizer TOKENIZER =
      Tokenizers.of(TestVocabularies.spm(Map.of("a", 0f), false, "<think>"));

  private final StringWriter printed = new StringWriter();

  private AnswerPrinter printer(Reasoning mode, boolean styled, int... prompt) {
    ChatFormat format =
        ChatFormat.ofSource("{# <think><tool_call></tool_call> #}", TOKENIZER, () -> 0);
    ChatRequest request =
        ChatRequest.of(List.of()).withTools(JsonReader.parse("[{\"name\": \"f\"}]"));
    return new AnswerPrinter(
        new PrintWriter(printed),
        TOKENIZER,
        mode,
        styled,
        l -> format.reader(request, prompt, true, l));
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
    assertEquals("Yes.", printer.message(List.of()).content());
    assertEquals(1, printer.message(List.of()).extra().size());
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
    assertEquals("Yes", printer.message(List.of()).content());
  }

  @Test
  void callsStandOnLinesOfTheirOwn() {
    AnswerPrinter printer = printer(Reasoning.SHOW, false);
    String call = "<tool_call>{\"name\": \"f\", \"arguments\": {\n \"a\": 1}}</tool_call>";
    assertEquals(
        "Well.\n[call] f { \"a\": 1}\n[call] f { \"a\": 1}\nDone.",
        print(printer, "Well.\n\n", call, "\n" + call, "Done."));
    assertEquals(2, printer.calls().size());
    assertEquals("Well.Done.", printer.message(List.of()).content());
  }

  @Test
  void aCallAfterReasoningAndARawOne() {
    String call = "<tool_call>{\"name\": \"f\"}</tool_call>";
    AnswerPrinter printer = printer(Reasoning.SHOW, false);
    assertEquals("[thinking]\nHm\n[call] f {}", print(printer, "<think>Hm</think>\n", call));
    assertEquals(List.of(new ToolCall("f", "{}")), printer.calls());
    printed.getBuffer().setLength(0);
    AnswerPrinter raw = printer(Reasoning.RAW, false);
    assertEquals("x " + call, print(raw, "x ", call));
    assertTrue(raw.answered() && raw.calls().size() == 1);
  }
}
