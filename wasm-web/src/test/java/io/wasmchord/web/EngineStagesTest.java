package io.wasmchord.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonReader;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.ScriptedModel;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.web.memory.HeapBank;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.weights.CachePolicy;
import io.wasmchord.weights.HeapWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's way through the engine: each stage makes the next, and none can be left out. */
class EngineStagesTest {
  private static final long PLENTY = 1L << 40;
  private static final LoadRequest REQUEST =
      new LoadRequest(
          0, CacheOptions.of(KvType.F32), PLENTY, 0, PLENTY, CachePolicy.PINNED, 1, 1, 1, false, 0);

  @TempDir Path folder;

  private static long number(JsonObject json, String key) {
    return json.get(key) instanceof JsonValue.Int value ? value.value() : -1;
  }

  private static JsonObject parsed(String json) {
    return (JsonObject) JsonReader.parse(json);
  }

  @Test
  void aHeaderIsPlannedPlacedAndLoaded() throws IOException {
    ScriptedModel script = new ScriptedModel().says("<s>", "one", "two", "three");
    HeapWeights source = HeapWeights.read(script.write(folder.resolve("model.gguf")));
    GgufFile file = GgufReader.parse(source.bytes(), source.size(), "model");
    PlannedModel planned = ModelHeader.of(file, Normalization.AUTHORS).plan(REQUEST, null);
    assertEquals(file.dataOffset(), number(planned.describe(), "dataOffset"));
    HeapBank bank = new HeapBank(16 << 20);
    PlacedModel placed = planned.place(new LinearAllocator(bank));
    JsonArray segments = (JsonArray) placed.describe().getOrNull("segments");
    assertEquals(1, segments.elements().size());
    JsonObject whole = (JsonObject) segments.elements().getFirst();
    long from = number(whole, "from");
    long bytes = number(whole, "to") - from;
    bank.region((int) number(whole, "address"), bytes).putAll(0, source.view(from, bytes));
    placed.dropKernels(); // there are none
    LoadedEngine loaded = placed.load();
    assertEquals(JsonValue.of("scalar"), loaded.describe().getOrNull("backend"));
    assertEquals("[1]", loaded.tokenize("", true, false).replace(" ", ""));
    JsonObject logits = parsed(loaded.logits(new int[] {1}, 3, false));
    JsonArray greedy = (JsonArray) logits.getOrNull("greedy");
    String answer = "";
    for (JsonValue id : greedy.elements()) {
      answer += loaded.detokenize(new int[] {(int) ((JsonValue.Int) id).value()}, false);
    }
    assertEquals("\"one\"\"two\"\"three\"", answer);
    loaded.releaseLogits();
    JsonObject memory = parsed(loaded.memory());
    assertEquals(planned.plan().bytes().weights(), number(memory, "modelBytes"));
    assertTrue(memory.get("layers") == null, "none pass through slots");
  }

  @Test
  void nothingIsDoneOutOfOrder() {
    List<Consumer<Engine>> later =
        List.of(
            engine -> engine.plan(REQUEST),
            Engine::place,
            engine -> engine.emitKernels(new Kernels.Variant(false, false, false), 1),
            Engine::dropKernels,
            Engine::load,
            Engine::loaded);
    for (Consumer<Engine> call : later) {
      InvalidRequestException e =
          assertThrows(InvalidRequestException.class, () -> call.accept(new Engine()));
      assertEquals("the engine was called out of order", e.getMessage());
    }
  }
}
