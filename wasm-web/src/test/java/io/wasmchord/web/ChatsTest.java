package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatsTest {
  @TempDir Path folder;

  @Test
  void formatsAreKeptAndOfGivenTemplatesTheLast() throws IOException {
    Path path = new ScriptedModel().template("own").write(folder.resolve("model.gguf"));
    HeapMemory bytes = HeapWeights.read(path).bytes();
    GgufFile file = GgufReader.parse(bytes, path.toFile().length(), "model");
    Chats chats = new Chats(ModelHeader.of(file, Normalization.AUTHORS));
    ChatFormat own = chats.format(ChatFormat.AUTO, null);
    assertSame(own, chats.format(ChatFormat.AUTO, null));
    ChatFormat given = chats.format(ChatFormat.AUTO, "{{ messages }}");
    assertNotSame(own, given);
    assertSame(given, chats.format(ChatFormat.AUTO, new String("{{ messages }}".toCharArray())));
    chats.format(ChatFormat.AUTO, "own"); // takes its place
    assertNotSame(given, chats.format(ChatFormat.AUTO, "{{ messages }}"));
    assertSame(own, chats.format(ChatFormat.AUTO, null));
    assertThrows(InvalidRequestException.class, () -> chats.format("chatml", "{{ messages }}"));
  }
}
