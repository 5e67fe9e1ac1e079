package io.wasmchord.chat;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizers;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatFormatsTest {
  @TempDir Path folder;

  @Test
  void formatsAreKeptAndOfGivenTemplatesTheLast() throws IOException {
    Path path = new ScriptedModel().template("own").write(folder.resolve("model.gguf"));
    HeapMemory bytes = HeapWeights.read(path).bytes();
    GgufFile file = GgufReader.parse(bytes, path.toFile().length(), "model");
    ChatFormats chats =
        new ChatFormats(
            file, Tokenizers.of(file.metadata(), Normalization.AUTHORS, RunControl.NONE), () -> 0);
    ChatFormat own = chats.format(ChatFormat.AUTO, null);
    assertSame(own, chats.format(ChatFormat.AUTO, null));
    ChatFormat given = chats.format(ChatFormat.AUTO, "{{ messages }}");
    assertNotSame(own, given);
    assertSame(given, chats.format(ChatFormat.AUTO, new String("{{ messages }}".toCharArray())));
    chats.format(ChatFormat.AUTO, "own"); // takes its place
    assertNotSame(given, chats.format(ChatFormat.AUTO, "{{ messages }}"));
    assertSame(own, chats.format(ChatFormat.AUTO, null));
    assertThrows(InvalidRequestException.class, () -> chats.format("nowhere", null));
  }
}
