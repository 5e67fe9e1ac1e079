package io.wasmchord.web.kernels.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.FloatFormat;
import io.wasmchord.quant.format.IntegerFormat;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockCodeTest {
  private static <T> List<T> formats(Class<T> kind) {
    return Arrays.stream(TensorType.values())
        .map(TensorType::format)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  private static List<BlockCode> all() {
    return formats(IntegerFormat.class).stream().map(f -> BlockCode.of(f, true)).toList();
  }

  /** Emits a function whose only argument is a block's address. */
  private static void emit(BlockCode code, BiConsumer<BlockCode, List<Integer>> then) {
    List<Integer> words = new ArrayList<>();
    new ModuleBuilder("env", "memory", 1, 1, true)
        .function(
            List.of(ValueType.I32),
            List.of(),
            (c, p) -> {
              I32.Local block = p.i32(0);
              code.table(c, c.i32(I32.of(0)));
              for (BlockCode part : code.parts()) {
                words.clear();
                part.begin(c, block);
                part.quants(c, block, (word, quants) -> words.add(word));
                then.accept(part, words);
              }
            });
  }

  @Test
  void everyFormatHasAClassOfItsOwn() {
    Set<Class<?>> classes = new HashSet<>();
    all().forEach(code -> classes.add(code.getClass()));
    assertEquals(all().size(), classes.size());
    List<FloatFormat> floats = formats(FloatFormat.class);
    floats.forEach(format -> classes.add(FloatWeights.of(format).getClass()));
    assertEquals(all().size() + floats.size(), classes.size());
  }

  @Test
  void everyWordOfABlockIsGivenOnce() {
    for (BlockCode code : all()) {
      emit(
          code,
          (_, words) ->
              assertEquals(
                  IntStream.range(0, code.values() / 4).boxed().toList(),
                  words.stream().sorted().toList(),
                  code.format().toString()));
    }
  }

  @Test
  void onlyScaledFormatsHaveScales() {
    for (BlockCode code : all()) {
      emit(
          code,
          (_, _) -> {
            if (code.scaled()) {
              int last = code.values() / code.groupValues() - 1;
              code.scalePairs(last);
              code.scaleLanes(last);
            } else {
              assertThrows(IllegalStateException.class, () -> code.scalePairs(0));
              assertThrows(IllegalStateException.class, () -> code.scaleLanes(0));
              assertThrows(IllegalStateException.class, () -> code.pairs(0));
            }
            for (int p = 0; p < code.pairCount(); p++) {
              code.pairs(p);
            }
          });
    }
  }
}
