package io.wasmchord.chat;

import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Two calls as the families write them that came after the first ones: weather, then now. */
final class FamilyAnswers {
  private FamilyAnswers() {}

  static Stream<Arguments> answers() {
    String dsml =
        "<｜DSML｜%1$s>\n<｜DSML｜invoke name=\"weather\">\n"
            + "<｜DSML｜parameter name=\"place\" string=\"true\">Köln</｜DSML｜parameter>\n</｜DSML｜invoke>\n"
            + "<｜DSML｜invoke name=\"now\">\n</｜DSML｜invoke>\n</｜DSML｜%1$s>";
    return Stream.of(
        Arguments.of(
            ToolCallFormat.GEMMA,
            "<|tool_call>call:weather{place:<|\"|>Köln<|\"|>}<tool_call|><|tool_call>call:now{}<tool_call|>"),
        Arguments.of(ToolCallFormat.DEEPSEEK_V32, dsml.formatted("function_calls")),
        Arguments.of(ToolCallFormat.DEEPSEEK_V4, dsml.formatted("tool_calls")),
        Arguments.of(
            ToolCallFormat.HUNYUAN,
            "<tool_calls:opensource>\n<tool_call:opensource>weather<tool_sep:opensource>\n"
                + "<arg_key:opensource>place</arg_key:opensource>\n<arg_value:opensource>Köln</arg_value:opensource>\n"
                + "</tool_call:opensource>\n<tool_call:opensource>now<tool_sep:opensource>\n</tool_call:opensource>\n"
                + "</tool_calls:opensource>"),
        Arguments.of(
            ToolCallFormat.MINICPM,
            "<function name=\"weather\"><param name=\"place\">Köln</param></function>\n<function name=\"now\"></function>"),
        Arguments.of(
            ToolCallFormat.NEMOTRON,
            "<TOOLCALL>["
                + ToolCallSplits.weather("name", "arguments")
                + ", "
                + ToolCallSplits.now("name", "arguments")
                + "]</TOOLCALL>"),
        Arguments.of(
            ToolCallFormat.APERTUS,
            "<|tools_prefix|>[{\"weather\": {\"place\": \"Köln\"}}, {\"now\": {}}]<|tools_suffix|>"),
        Arguments.of(
            ToolCallFormat.MINIMAX_M1,
            "<tool_calls>\n"
                + ToolCallSplits.weather("name", "arguments")
                + "\n"
                + ToolCallSplits.now("name", "arguments")
                + "\n</tool_calls>"),
        Arguments.of(
            ToolCallFormat.FUNCTIONARY,
            "<function=weather>{\"place\": \"Köln\"}</function><function=now>{}</function>"),
        Arguments.of(ToolCallFormat.LLAMA, "[weather(place=\"Köln\"), now()]"),
        Arguments.of(ToolCallFormat.LLAMA, "<|python_tag|>[weather(place='Köln'),now()]"),
        Arguments.of(
            ToolCallFormat.LLAMA, "<|python_tag|>weather.call(place=\"Köln\"); now.call()"),
        Arguments.of(ToolCallFormat.LLAMA, "<|python_tag|>weather(place=\"Köln\")\nnow()"),
        Arguments.of(
            ToolCallFormat.LLAMA, "<|python_start|>[weather(place=\"Köln\"), now()]<|python_end|>"),
        Arguments.of(
            ToolCallFormat.LLAMA,
            "<|python_start|>"
                + ToolCallSplits.weather("name", "parameters")
                + "; "
                + ToolCallSplits.now("name", "parameters")
                + "<|python_end|>"));
  }
}
