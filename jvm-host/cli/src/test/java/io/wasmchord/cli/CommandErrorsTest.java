package io.wasmchord.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.cli.terminal.StandardOutput;
import io.wasmchord.cli.terminal.WholeFile;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.FileException;
import io.wasmchord.model.TinyFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What goes wrong is one line and an exit code, and leaves files as they were. */
public class CommandErrorsTest {
  private static final String DEMO =
      Path.of(System.getProperty("chord.root"), "models", "wasm-chord-demo-q4_k_m.gguf").toString();

  @TempDir Path folder;
  private String model = "";

  @BeforeEach
  void aModel() throws IOException {
    model = TinyFiles.file("lfm2").write(folder.resolve("model.gguf")).toString();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void assertOneLine(int code, String begins, CliOutput output) {
    assertEquals(code, output.code(), output.err());
    assertEquals("", output.out());
    assertTrue(output.err().startsWith("chord: " + begins), output.err());
    assertEquals(output.err().length() - 1, output.err().indexOf('\n'), output.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 tokenize -m NONE x",
        "1 tokenize -m DIR x",
        "1 tokenize -m MODEL --file NONE",
        "1 tokenize -m MODEL --file DIR",
        "2 tokenize -m MODEL",
        "2 tokenize -m",
        "1 detokenize -m MODEL 99999999",
        "1 detokenize -m MODEL -- -1",
        "2 detokenize -m MODEL 99999999999",
        "2 detokenize -m MODEL x",
        "2 detokenize -m MODEL",
        "1 inspect NONE",
        "1 inspect DIR",
        "1 inspect MODEL/x",
        "2 inspect",
        "1 quantize NONE DIR/out",
        "1 quantize MODEL MODEL",
        "1 quantize --force MODEL MODEL",
        "1 quantize MODEL NONE/out",
        "1 quantize MODEL MODEL/out",
        "1 quantize MODEL DIR",
        "1 quantize --force MODEL DIR",
        "2 quantize --type q99 MODEL DIR/out",
        "1 synth --shape tiny --out MODEL",
        "1 synth --shape tiny --out NONE/out",
        "1 synth --shape tiny --out DIR --force",
        "1 synth --shape huge --out DIR/out",
        "1 synth --shape tiny --type q99 --out DIR/out",
        "2 synth --shape tiny",
        "1 logits -m MODEL --tokens 1,2 --out NONE/rows",
        "1 logits -m MODEL --tokens 1,2 --out DIR",
        "1 logits -m MODEL --tokens 1,99999999 --out DIR/rows",
        "1 logits -m MODEL --tokens 1,-2 --out DIR/rows",
        "1 logits -m MODEL --tokens 1 --greedy -1 --out DIR/rows",
        "2 logits -m MODEL --tokens 1,x --out DIR/rows",
        "1 run -m MODEL -p x --threads 0",
        "1 run -m MODEL -p x --threads -3",
        "1 run -m MODEL -p x -n -7",
        "1 run -m MODEL -p x --ctx -1",
        "1 run -m MODEL -p x --template-file NONE --chat",
        "1 run -m MODEL -p x --tools MODEL --chat",
        "1 run -m MODEL -p x --tools NONE --chat",
        "2 run -m MODEL -p x --kv-cache f99",
        "2 run -m MODEL x",
        "1 embed -m MODEL --file NONE",
        "2 embed -m MODEL --file NONE x",
        "2 embed -m MODEL",
        "1 embed -m MODEL --ctx -1 x",
        "1 bench -m MODEL -p 0 -n 4 --runs 1",
        "1 bench -m MODEL -p 4 -n 0 --runs 1",
        "1 bench -m MODEL -p -4 -n 4 --runs 1",
        "1 bench -m MODEL -p 4 -n 4 --runs 0",
        "2 bench -m MODEL -p x",
        "1 demo --root NONE",
        "1 demo --root DIR",
        "1 demo --root DIR --port 70000",
        "1 cache delete --cache-dir DIR nothing",
        "1 cache list --cache-dir MODEL",
        "1 cache clear --cache-dir MODEL",
        "2 cache delete",
        "2 nonsense",
        "2 run --nonsense"
      })
  void badInputIsOneLine(String line) throws IOException {
    List<String> before = files();
    byte[] bytes = Files.readAllBytes(Path.of(model));
    String[] args =
        line.substring(2)
            .replace("MODEL", model)
            .replace("DIR", folder.toString())
            .replace("NONE", folder.resolve("absent").toString())
            .split(" ", -1);
    assertOneLine(line.charAt(0) - '0', "", CliOutput.of(args));
    assertEquals(before, files());
    assertArrayEquals(bytes, Files.readAllBytes(Path.of(model)));
  }

  /** By its name, another way to it, and both kinds of links. */
  @Test
  void whatIsReadIsNeverReplaced() throws IOException {
    Path in = Path.of(model);
    byte[] bytes = Files.readAllBytes(in);
    Files.createSymbolicLink(folder.resolve("soft.gguf"), in);
    Files.createLink(folder.resolve("hard.gguf"), in);
    List<String> before = files();
    for (String out : new String[] {"model.gguf", "./model.gguf", "soft.gguf", "hard.gguf"}) {
      CliOutput output = CliOutput.of("quantize", "--force", model, folder + "/" + out);
      assertOneLine(1, folder + "/", output);
      assertTrue(output.err().contains("is the file that is read"), output.err());
      assertArrayEquals(bytes, Files.readAllBytes(in));
      assertEquals(before, files());
    }
  }

  @Test
  void aFileIsReplacedByForceOnly() throws IOException {
    Path out = Files.writeString(folder.resolve("out.gguf"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), out);
    for (String[] command :
        new String[][] {
          {"quantize", "--type", "q8_0", model, link.toString()},
          {"synth", "--shape", "tiny", "--out", link.toString()}
        }) {
      Files.writeString(out, "mine");
      assertOneLine(1, link + " exists; --force replaces it", CliOutput.of(command));
      assertEquals("mine", Files.readString(out));
      String[] forced =
          Stream.concat(Stream.of(command), Stream.of("--force")).toArray(String[]::new);
      assertEquals(0, CliOutput.of(forced).code());
      assertTrue(Files.isSymbolicLink(link), "what the link leads to is the file");
      assertEquals(0, CliOutput.of("inspect", out.toString()).code());
    }
    assertEquals(List.of("link.gguf", "model.gguf", "out.gguf"), files());
  }

  @Test
  void aFullDiskIsAnError() throws IOException {
    for (String[] command :
        new String[][] {
          {"quantize", "--type", "q8_0", model, "/dev/full"},
          {"synth", "--shape", "tiny", "--out", "/dev/full"},
          {"logits", "-m", DEMO, "--tokens", "1,2", "--out", "/dev/full"}
        }) {
      CliOutput output = CliOutput.of(command);
      assertEquals(1, output.code());
      assertTrue(
          output.err().endsWith("chord: /dev/full cannot be written: No space left on device\n"),
          output.err());
    }
    Path file = Files.writeString(folder.resolve("rows"), "before");
    FileException e =
        assertThrows(
            FileException.class,
            () ->
                WholeFile.at(file)
                    .write(out -> {
                      out.write(new byte[3 << 20]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(file.toRealPath() + " cannot be written: No space left on device", e.getMessage());
    assertEquals("before", Files.readString(file));
    assertEquals(List.of("model.gguf", "rows"), files());
  }

  /** Standard output that takes so many bytes. */
  private static final class Full extends OutputStream {
    private final String reason;
    private int room;

    Full(String reason, int room) {
      this.reason = reason;
      this.room = room;
    }

    @Override
    public void write(int b) throws IOException {
      if (room == 0) {
        throw new IOException(reason);
      }
      room--;
    }
  }

  private static int run(OutputStream out, String... args) {
    return CommandRunner.run(new ChordCli(), new StandardOutput(out, false), args);
  }

  @Test
  void standardOutputThatFailsIsAnError() {
    String[][] commands = {
      {"tokenize", "-m", DEMO, "a b c"},
      {"run", "-m", DEMO, "-n", "9", "-p", "Once"},
      {"run", "-m", DEMO, "--chat", "-n", "9", "-p", "Hi"},
      {"inspect", DEMO},
      {"inspect", DEMO, "--json"},
      {"embed", "-m", DEMO, "a", "b"},
      {"cache", "list", "--cache-dir", folder.toString()},
      {"run", "--help"}
    };
    for (String[] command : commands) {
      String name = String.join(" ", command);
      assertEquals(1, run(new Full("No space left on device", 3), command), name);
      assertEquals(141, run(new Full("Broken pipe", 3), command), name);
    }
  }

  @Test
  void aReaderThatHasEnoughIsNoError() throws Exception {
    Process process =
        new ProcessBuilder(
                "bash",
                "-c",
                "set -o pipefail; \"$@\" | head -c 3",
                "chord",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.wasmchord.cli.ChordCli",
                "inspect",
                DEMO)
            .start();
    process.getOutputStream().close();
    assertEquals(3, process.getInputStream().readAllBytes().length);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("", err);
    assertTrue(List.of(0, 141).contains(process.waitFor()), "head may read all there is");
  }

  @Test
  void aCommandThatIsStoppedLeavesNothing() throws Exception {
    try (WatchService watch = folder.getFileSystem().newWatchService()) {
      folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.wasmchord.cli.ChordCli",
                  "synth",
                  "--shape",
                  "llama-3-8b",
                  "--out",
                  folder.resolve("out.gguf").toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      WatchKey begun = watch.poll(2, TimeUnit.MINUTES);
      assertTrue(begun != null, "it has begun to write");
      process.destroy(); // as Ctrl-C does, by a signal
      assertEquals(143, process.waitFor());
      assertEquals(List.of("model.gguf"), files());
    }
  }

  @Test
  void tooManyThreadsAreSaidAndNotStarted() {
    CliOutput output = CliOutput.of("run", "-m", DEMO, "-n", "2", "-p", "a", "--threads", "1000");
    assertEquals(0, output.code(), output.err());
    int cores = Runtime.getRuntime().availableProcessors();
    assertTrue(
        output
            .err()
            .startsWith(
                "chord: --threads 1000 is more than there are cores; " + cores + " compute\n"),
        output.err());
  }

  /** A command that fails as no command should. */
  @Command(name = "fails")
  private static final class Fails implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    private final Throwable failure;

    Fails(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public Integer call() throws Exception {
      spec.commandLine().getOut().print("");
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  @Test
  void everyFailureHasAnExitCode() {
    StandardOutput out = new StandardOutput(OutputStream.nullOutputStream(), false);
    for (Throwable failure :
        new Throwable[] {
          new OutOfMemoryError("Java heap space"),
          new IOException("a\nb"),
          new InvalidRequestException("x"),
          new IllegalArgumentException("y"),
          new UncheckedIOException(new IOException("z"))
        }) {
      assertEquals(1, CommandRunner.run(new Fails(failure), out), failure.toString());
    }
  }
}
