package io.wasmchord.web.wgsl.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextTest {
  private record Some(int count, float factor) {}

  private static final ArgumentLayout<Some> LAYOUT =
      ArgumentLayout.<Some>empty().number("count", Some::count).real("factor", Some::factor);

  @Test
  void aSlotBeginsWithAZero() {
    assertArrayEquals(new int[] {0, 7, 0x3fc00000}, LAYOUT.slot(new Some(7, 1.5f)));
  }

  @Test
  void noLayoutIsLongerThanASlot() {
    ArgumentLayout<Some> layout = ArgumentLayout.empty();
    for (int i = 0; i < Binding.ARGUMENT_BYTES / 4 - 1; i++) {
      layout = layout.number("word" + i, Some::count);
    }
    ArgumentLayout<Some> full = layout;
    assertThrows(IllegalStateException.class, () -> full.number("more", Some::count));
  }

  @Test
  void gridsGrowInTwoDirections() {
    assertEquals(new Grid(65_535, 1), Grid.of(65_535));
    assertEquals(new Grid(32_768, 2), Grid.of(65_536));
    assertEquals(new Grid(3, 1), Grid.covering(129, 64));
    assertThrows(IllegalArgumentException.class, () -> Grid.of(0));
    assertThrows(IllegalArgumentException.class, () -> Grid.of(1L << 33));
  }

  @Test
  void placesAreFilledInOrder() {
    assertEquals("a 1 b x", Filled.of("a %s b %s", 1, "x"));
    assertThrows(IllegalArgumentException.class, () -> Filled.of("a", 1));
    assertThrows(IllegalArgumentException.class, () -> Filled.of("a %s %s", 1));
  }

  @Test
  void aKernelHasTheFunctionsThatItNamesAndNoOthers() {
    GpuKernel<Some> kernel =
        new KernelText<>("some", LAYOUT)
            .binds(Binding.ARENA)
            .body(a -> Grid.of(1), "  store(thread, silu(load(p.count)));\n");
    assertTrue(kernel.text().contains("fn exponential("), kernel.text());
    assertFalse(kernel.text().contains("fn gelu("), kernel.text());
  }
}
