package io.wasmchord.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.InvalidModelException;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.FileRange;
import io.wasmchord.model.residency.Footprint;
import io.wasmchord.model.residency.LayerGroups;
import io.wasmchord.model.residency.LayerMap;
import io.wasmchord.model.residency.Place;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.weights.HeapWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every tensor has one place, which is that of the code that binds it. */
class ResidencyTest {
  static Stream<String> names() {
    return Stream.concat(TinyFiles.names().stream(), TinyFiles.encoders().stream());
  }

  private static GgufFile file(String name) {
    boolean encoder = TinyFiles.encoders().contains(name);
    HeapWeights source = encoder ? TinyFiles.encoder(name) : TinyFiles.file(name);
    return GgufReader.parse(source.bytes(), source.size(), name);
  }

  private static long bytes(List<TensorInfo> tensors) {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesAndPlacesAgree(String name) {
    Residency residency = Residency.of(file(name));
    boolean output = residency.file().tensor("output.weight") != null;
    for (TensorInfo tensor : residency.file().tensors()) {
      String[] parts = tensor.name().split("\\.");
      Place expected =
          parts[0].equals("blk")
              ? ofBlock(Integer.parseInt(parts[1]), tensor.name(), residency.config())
              : lookedUp(residency, tensor.name(), output)
                  ? new Place.LookedUp()
                  : new Place.Outside();
      assertEquals(expected, residency.place(tensor), tensor.name());
    }
    assertEquals(output, residency.lookedUp() != null);
  }

  /** An encoder that was a decoder does not use what made logits. */
  private static boolean lookedUp(Residency residency, String name, boolean output) {
    return name.equals("per_layer_token_embd.weight")
        || (output && name.equals("token_embd.weight"))
        || (residency.config().encoder() && name.equals("output.weight"));
  }

  /**
   * Keys and values of a layer that takes those of another have no use, nor has what chooses among
   * positions or takes images.
   */
  private static Place ofBlock(int block, String name, ModelConfig config) {
    boolean keys = name.contains(".attn_k") || name.contains(".attn_v.");
    boolean beside = name.contains(".indexer.") || name.contains(".vis_");
    boolean used =
        block < config.layers() && !beside && !(keys && config.shape(block).keysOf() != block);
    return used ? new Place.Layer(block) : new Place.Skipped();
  }

  private static List<TensorInfo> used(Residency residency) {
    return residency.file().tensors().stream()
        .filter(t -> !(residency.place(t) instanceof Place.Skipped))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("names")
  void groupsShareOutAllTensors(String name) {
    Residency residency = Residency.of(file(name));
    int layers = residency.config().layers();
    List<TensorInfo> all = used(residency);
    assertEquals(all, residency.tensors(LayerGroups.one(layers), 0));
    LayerGroups groups = new LayerGroups(List.of(0, 1, layers - 1));
    List<TensorInfo> parts = new ArrayList<>(residency.tensors(groups, 0));
    parts.forEach(t -> assertTrue(!(residency.place(t) instanceof Place.Layer), t.name()));
    List<TensorInfo> first = residency.tensors(groups, 1);
    assertEquals(first.size(), first.stream().filter(t -> t.name().startsWith("blk.0.")).count());
    parts.addAll(first);
    parts.addAll(residency.tensors(groups, 2));
    assertEquals(all.size(), parts.size());
    assertTrue(parts.containsAll(all));
  }

  @ParameterizedTest
  @MethodSource("names")
  void sums(String name) {
    Residency residency = Residency.of(file(name));
    LayerGroups outside = new LayerGroups(List.of(0, residency.config().layers()));
    long rows =
        bytes(
            residency.file().tensors().stream()
                .filter(t -> residency.place(t) instanceof Place.LookedUp)
                .toList());
    assertEquals(bytes(residency.tensors(outside, 0)), residency.outsideBytes(0));
    assertEquals(residency.outsideBytes(0) - rows, residency.stayingBytes(0));
    assertEquals(
        bytes(residency.staying()) + 64L * residency.staying().size(), residency.stayingBytes(64));
    if (residency.config().experts().count() == 0) {
      assertEquals(bytes(used(residency)) - rows, residency.bytesPerToken());
    }
    LayerMap map = residency.layers();
    long inLayers = map.bytes().stream().mapToLong(Long::longValue).sum();
    long least = bytes(residency.tensors(outside, 1));
    long gaps = 64L * residency.tensors(outside, 1).size();
    assertTrue(inLayers >= least && inLayers < least + gaps, inLayers + " for " + least);
  }

  /** All experts take memory, but a token reads those that it goes through. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen3moe", "gpt-oss", "bailingmoe2"})
  void aTokenReadsItsExperts(String name) {
    Residency residency = Residency.of(file(name));
    ModelConfig.Experts experts = residency.config().experts();
    List<TensorInfo> read =
        used(residency).stream()
            .filter(t -> !(residency.place(t) instanceof Place.LookedUp))
            .toList();
    List<TensorInfo> ofExperts = read.stream().filter(t -> t.name().contains("_exps.")).toList();
    long each = bytes(ofExperts) / experts.count();
    assertTrue(experts.used() < experts.count() && each > 0);
    assertEquals(
        bytes(read) - each * (experts.count() - experts.used()), residency.bytesPerToken());
  }

  @Test
  void anEmbeddingThatIsTheOutputTooStays() {
    assertNotNull(Residency.of(file("llama")).lookedUp());
    Residency tied = Residency.of(file("gemma3"));
    assertNull(tied.lookedUp());
    assertTrue(tied.staying().stream().anyMatch(t -> t.name().equals("token_embd.weight")));
  }

  @Test
  void aTensorWithoutUseIsRefused() {
    TinyModel model = TinyDecoders.named("llama").model.copy();
    model.matrix("blk.99.attn_q.weight", 32, 32);
    InvalidModelException e =
        assertThrows(
            InvalidModelException.class, () -> Residency.of(TinyModel.header(model.source())));
    assertTrue(String.valueOf(e.getMessage()).contains("blk.99.attn_q.weight"), e.getMessage());
  }

  @Test
  void everyPieceOfALayerIsFoundInItsSlot() {
    HeapWeights source = TinyFiles.file("llama");
    Residency residency = Residency.of(GgufReader.parse(source.bytes(), source.size(), "llama"));
    LayerMap map = residency.layers();
    HeapMemory slot = HeapMemory.ofSize((int) map.slotBytes());
    for (int layer = 0; layer < map.layers(); layer++) {
      for (LayerMap.SlotRange p : map.ranges(layer)) {
        assertEquals(0, p.slotOffset() % 64);
        slot.putAll(p.slotOffset(), source.view(p.fileOffset(), p.bytes()));
      }
      for (TensorInfo t : residency.file().tensors()) {
        if (residency.place(t).equals(new Place.Layer(layer))) {
          long at = residency.file().dataOffset() + t.offset();
          assertEquals(
              source.view(at, t.bytes()).getByte(t.bytes() - 1),
              map.source("llama", layer, slot).view(at, t.bytes()).getByte(t.bytes() - 1));
        }
      }
    }
    assertThrows(IndexOutOfBoundsException.class, () -> map.source("llama", 0, slot).view(0, 4));
  }

  @Test
  void rangesJoinWhatLiesTogether() {
    GgufFile file = file("llama");
    List<FileRange> whole = FileRange.of(file.dataOffset(), file.tensors());
    assertEquals(1, whole.size(), "a file has next to nothing between its tensors");
    assertEquals(file.dataOffset(), whole.getFirst().offset());
    assertTrue(whole.getFirst().end() <= file.dataOffset() + file.dataBytes());
    List<TensorInfo> two = List.of(file.tensors().getLast(), file.tensors().getFirst());
    List<FileRange> apart = FileRange.of(100, two);
    assertEquals(2, apart.size());
    assertTrue(apart.getFirst().offset() < apart.getLast().offset());
    assertTrue(apart.getFirst().holds(apart.getFirst().offset(), apart.getFirst().bytes()));
    assertTrue(!apart.getFirst().holds(apart.getFirst().offset(), apart.getFirst().bytes() + 1));
    assertEquals(List.of(), FileRange.of(0, List.of()));
  }

  @Test
  void aFootprintHasAsManySlotsAsFit() {
    Residency model = Residency.of(file("llama"));
    Footprint one = Footprint.streamed(model, 64, 1000, 100, 0);
    assertEquals(1, one.slots(), "one at least, whatever is granted");
    long slot = model.layers().slotBytes();
    assertEquals(model.stayingBytes(64) + slot + 1100, one.total());
    assertEquals(2, Footprint.streamed(model, 64, 1000, 100, one.total() + slot).slots());
    assertEquals(1, Footprint.streamed(model, 64, 1000, 100, one.total() + slot - 1).slots());
    int layers = model.config().layers();
    assertEquals(layers, Footprint.streamed(model, 64, 1000, 100, Long.MAX_VALUE).slots());
    Footprint whole = Footprint.whole(model, 64, 1000, 100);
    assertTrue(!whole.streamed() && one.streamed());
    assertEquals(model.bytes(64) + 1100, whole.total());
  }

  @Test
  void groupsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new LayerGroups(List.of()));
    assertThrows(IllegalArgumentException.class, () -> new LayerGroups(List.of(2, -1)));
    LayerGroups groups = new LayerGroups(List.of(2, 0, 3));
    assertEquals(2, groups.first(1));
    assertEquals(2, groups.end(1));
    assertEquals(5, groups.end(2));
    assertEquals(5, groups.layers());
  }
}
