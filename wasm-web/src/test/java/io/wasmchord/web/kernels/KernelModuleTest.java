package io.wasmchord.web.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.quant.format.WeightFormat;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.DotMode;
import io.wasmchord.web.kernels.products.Widen;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The emitted modules; that they compute the right bits is ConformanceIT's to show. */
class KernelModuleTest {
  private static List<TensorType> all() {
    return Arrays.stream(TensorType.values()).filter(KernelModule::supports).toList();
  }

  @Test
  void theSimd128ModuleIsValid() {
    KernelModule module = KernelModule.emit(all(), false, true);
    WasmModule parsed = Parser.parse(module.bytes());
    assertEquals("run", parsed.exportSection().getExport(0).name());
    assertEquals("work", parsed.exportSection().getExport(1).name());
    assertEquals(1, parsed.importSection().importCount());
  }

  @Test
  void aModuleThatCountsHasTheSameKernelsAndAsksForTheTime() {
    KernelModule plain = KernelModule.emit(List.of(TensorType.Q4_K), false, true);
    KernelModule counting = KernelModule.counting(List.of(TensorType.Q4_K), false, true);
    assertEquals(plain.table(), counting.table());
    WasmModule parsed = Parser.parse(counting.bytes());
    assertEquals(2, parsed.importSection().importCount());
    assertEquals("micros", parsed.importSection().getImport(1).name());
    assertEquals("run", parsed.exportSection().getExport(0).name());
  }

  @Test
  void everyFormatHasItsKernels() {
    for (boolean relaxed : new boolean[] {false, true}) {
      KernelModule module = KernelModule.emit(all(), relaxed, true);
      for (TensorType type : all()) {
        assertTrue(module.has(KernelModule.matmul(type)), type.name());
        assertTrue(module.has(KernelModule.matmulTiles(type)), type.name());
      }
      assertEquals(
          module.table().size(), new HashSet<>(module.table().values()).size(), "one place each");
    }
  }

  @Test
  void allFormatsHaveKernels() {
    assertEquals(
        List.of(),
        Arrays.stream(TensorType.values())
            .filter(type -> type.format() instanceof WeightFormat && !KernelModule.supports(type))
            .toList());
  }

  @Test
  void onlyWhatIsAskedForIsEmitted() {
    KernelModule one = KernelModule.emit(List.of(TensorType.Q4_K), true, true);
    assertTrue(one.table().containsKey("matmulQ4K"));
    assertFalse(one.table().containsKey("matmulQ6K"));
    assertTrue(one.bytes().length < 130_000, one.bytes().length + " bytes");
  }

  @Test
  void emissionIsDeterministic() {
    assertArrayEquals(
        KernelModule.emit(all(), true, true).bytes(), KernelModule.emit(all(), true, true).bytes());
  }

  @Test
  void sixteenBitSumsAreClosedBeforeTheyOverflow() {
    for (TensorType type : all()) {
      if (type.format() instanceof IntegerFormat format
          && DotMode.of(format, true) == DotMode.BYTES) {
        BlockCode block = BlockCode.of(format, true);
        int largest = 2 * 127 * block.largestQuant() * Widen.steps(block);
        assertTrue(largest <= Short.MAX_VALUE, type + ": " + largest);
        assertTrue(block.largestQuant() <= 127, type + " fits seven bits");
        if (block.magnitudes()) {
          int magnitudes = 2 * 127 * block.bias() * Widen.magnitudeSteps(block);
          assertTrue(magnitudes <= Short.MAX_VALUE, type + ": " + magnitudes);
        }
      }
    }
  }

  @Test
  void interleavingKeepsABlocksSize() {
    for (TensorType type : all()) {
      BlockLayout layout = BlockLayout.of(type, BlockCode.ROWS);
      assertEquals(
          layout.bytes(), layout.word(layout.words()), type + ": the words end where blocks do");
    }
  }
}
