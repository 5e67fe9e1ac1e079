package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which kernels a JVM with other flags takes, in a process of its own. */
public class BackendChoiceTest {
  private static final List<String> CHAT =
      List.of("run", "--chat", "--temp", "0", "-p", "What is the capital of Japan?");
  private static final String ANSWER = "The capital of Japan is Tokyo.";

  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  private record Outcome(int status, String text) {}

  private static Outcome chord(List<String> flags, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add(
        "-Dchord.demoModel="
            + Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(ChordCli.class.getName());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text);
  }

  private static List<String> and(List<String> list, String... more) {
    return Stream.concat(list.stream(), Stream.of(more)).toList();
  }

  @Test
  void withoutTheModuleTheFlagIsNamedAndTheAnswerIsTheSame() throws Exception {
    List<String> flags = List.of(NATIVE_ACCESS);
    for (Outcome outcome :
        List.of(
            chord(flags, CHAT),
            chord(flags, and(CHAT, "--backend", "native")),
            chord(and(flags, "-Dchord.machineCode=avx2"), CHAT),
            chord(and(flags, "-Dchord.machineCode=false"), CHAT))) {
      assertEquals(0, outcome.status, outcome.text);
      assertTrue(outcome.text.contains(ANSWER), outcome.text);
      assertTrue(
          outcome.text.contains("--add-modules jdk.incubator.vector")
              || outcome.text.contains("machine code"),
          outcome.text);
    }
  }

  @Test
  void machineCodeThatIsMissingIsSaidOnceWithTheReason() throws Exception {
    Outcome outcome =
        chord(
            List.of(NATIVE_ACCESS, "-Dchord.machineCode=false"), and(CHAT, "--backend", "native"));
    assertEquals(0, outcome.status, outcome.text);
    assertTrue(outcome.text.contains(ANSWER), outcome.text);
    String reason = "-Dchord.machineCode=false leaves machine code out";
    assertEquals(2, outcome.text.split(reason, -1).length, outcome.text);
  }

  @Test
  void anUnknownKindOfMachineCodeIsRefused() throws Exception {
    Outcome outcome = chord(List.of(NATIVE_ACCESS, "-Dchord.machineCode=mmx"), CHAT);
    assertTrue(outcome.status != 0, outcome.text);
    assertTrue(outcome.text.contains("avx512-vnni, avx-vnni, avx2"), outcome.text);
  }

  @Test
  void vectorsThatAreAskedForAndMissingAreAnError() throws Exception {
    Outcome outcome = chord(List.of(NATIVE_ACCESS), and(CHAT, "--backend", "vector"));
    assertTrue(outcome.status != 0, outcome.text);
    assertTrue(outcome.text.contains("--add-modules jdk.incubator.vector"), outcome.text);
  }

  @Test
  void everyChoiceGivesTheSameAnswer() throws Exception {
    List<String> flags = List.of(NATIVE_ACCESS, "--add-modules", "jdk.incubator.vector");
    for (Outcome outcome :
        List.of(
            chord(flags, CHAT),
            chord(flags, and(CHAT, "--weights", "mapped")),
            chord(flags, and(CHAT, "--backend", "vector")),
            chord(and(flags, "-Dchord.machineCode=avx2"), CHAT),
            chord(and(flags, "-Dchord.vectorBits=128"), CHAT),
            chord(and(flags, "-Dchord.vectorBits=0"), CHAT),
            chord(flags, and(CHAT, "--backend", "scalar", "--threads", "1")))) {
      assertEquals(0, outcome.status, outcome.text);
      assertTrue(outcome.text.contains(ANSWER), outcome.text);
    }
  }

  @Test
  void anImpossibleWidthIsRefused() throws Exception {
    Outcome outcome =
        chord(
            List.of(
                NATIVE_ACCESS, "--add-modules", "jdk.incubator.vector", "-Dchord.vectorBits=100"),
            CHAT);
    assertTrue(outcome.status != 0, outcome.text);
    assertTrue(outcome.text.contains("128, 256, 512"), outcome.text);
  }
}
