package io.wasmchord.web.assembler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the assembler writes, parsed, validated and run by an independent implementation. */
class ModuleBuilderTest {
  private static final List<ValueType> I = List.of(ValueType.I32);
  private static final List<ValueType> II = List.of(ValueType.I32, ValueType.I32);

  private static Instance instance(
      List<ValueType> parameters,
      List<ValueType> results,
      BiConsumer<Code, ModuleBuilder.Parameters> body) {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, 2, false);
    module.export("f", module.function(parameters, results, body));
    return instance(module);
  }

  private static Instance instance(ModuleBuilder module) {
    ByteArrayMemory memory = new ByteArrayMemory(new MemoryLimits(1, 2));
    return Instance.builder(Parser.parse(module.build()))
        .withImportValues(
            ImportValues.builder().addMemory(new ImportMemory("env", "memory", memory)).build())
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 1 << 30, -1 << 31})
  void constantsOfEverySize(int value) {
    Instance f = instance(List.of(), I, (c, p) -> c.result(I32.of(value)));
    assertEquals(value, (int) f.export("f").apply()[0]);
  }

  @Test
  void piecesOfCodeTakeTurns() {
    Instance f =
        instance(
            List.of(),
            I,
            (c, p) -> {
              I32.Local digits = c.i32();
              c.inTurn(
                  List.of(
                      cut -> {
                        append(c, digits, 1);
                        cut.run();
                        append(c, digits, 3);
                        cut.run();
                        append(c, digits, 5);
                      },
                      cut -> {
                        append(c, digits, 2);
                        cut.run();
                        append(c, digits, 4);
                      }));
              c.result(digits);
            });
    assertEquals(12345, (int) f.export("f").apply()[0]);
  }

  private static void append(Code c, I32.Local digits, int digit) {
    c.set(digits, digits.times(10).plus(digit));
  }

  @Test
  void functionsAreImportedBeforeAnyIsAdded() {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, 2, false);
    Function now = module.importFunction("env", "now", List.of(), I);
    Function twice = module.function(List.of(), I, (c, p) -> c.result(now.i32().plus(now.i32())));
    module.export("f", module.function(List.of(), I, (c, p) -> c.result(twice.i32().plus(1))));
    assertThrows(
        IllegalStateException.class, () -> module.importFunction("env", "late", List.of(), I));
    HostFunction seven =
        new HostFunction(
            "env",
            "now",
            FunctionType.returning(ValType.I32),
            (instance, arguments) -> new long[] {7});
    ByteArrayMemory memory = new ByteArrayMemory(new MemoryLimits(1, 2));
    Instance f =
        Instance.builder(Parser.parse(module.build()))
            .withImportValues(
                ImportValues.builder()
                    .addMemory(new ImportMemory("env", "memory", memory))
                    .addFunction(seven)
                    .build())
            .build();
    assertEquals(15, (int) f.export("f").apply()[0]);
  }

  @Test
  void loopsCountAndLeaveTheirVariable() {
    Instance f =
        instance(
            I,
            II,
            (c, p) -> {
              I32.Local i = c.i32();
              I32.Local sum = c.i32();
              c.countTo(i, p.i32(0), 4, () -> c.set(sum, sum.plus(100)));
              c.countTo(i, p.i32(0), 1, () -> c.set(sum, sum.plus(1)));
              c.result(i);
              c.result(sum);
            });
    assertArrayEquals(new long[] {11, 203}, f.export("f").apply(11));
    assertArrayEquals(new long[] {0, 0}, f.export("f").apply(0));
    assertArrayEquals(new long[] {3, 3}, f.export("f").apply(3));
  }

  @Test
  void branchesLeaveNestedScopes() {
    Instance f =
        instance(
            I,
            I,
            (c, p) -> {
              I32.Local n = c.i32();
              c.block(out ->
                  c.loop(again -> {
                    c.increase(n, 1);
                    c.when(n.ge(p.i32(0)), () -> c.when(n.gt(I32.of(2)), () -> c.branch(out)));
                    c.branch(again);
                  }));
              c.result(n);
            });
    assertEquals(3, f.export("f").apply(1)[0]);
    assertEquals(9, f.export("f").apply(9)[0]);
  }

  @Test
  void functionsCallEachOtherDirectlyAndThroughTheTable() {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, 2, false);
    Function twice = module.function(I, I, (c, p) -> c.result(p.i32(0).times(2)));
    Function store =
        module.function(II, List.of(), (c, p) -> c.store(p.i32(0), 0, twice.i32(p.i32(1))));
    int place = module.element(store);
    int type = module.type(II, List.of());
    module.export(
        "f",
        module.function(
            I,
            I,
            (c, p) -> {
              c.callIndirect(type, I32.of(place), I32.of(16), p.i32(0));
              c.result(I32.load(I32.of(8), 8));
            }));
    assertEquals(42, instance(module).export("f").apply(21)[0]);
  }

  @Test
  void vectorsAndAtomicsValidate() {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, 65536, true);
    module.function(
        I,
        I,
        (c, p) -> {
          V128.Local v = c.v128(V128.load(p.i32(0), 16));
          c.set(v, v.f32x4Add(V128.f32x4(1.5f)).i32x4Shl(3));
          c.store32Lane(p.i32(0), 4, v, 2);
          c.drop(I32.atomicAdd(p.i32(0), 0, I32.of(1)));
          c.drop(I32.atomicWait(p.i32(0), 0, I32.of(0), -1));
          c.drop(I32.atomicNotifyAll(p.i32(0), 0));
          c.copy(p.i32(0), I32.of(64), I32.of(32));
          c.result(v.i32Lane(3));
        });
    WasmModule parsed = Parser.parse(module.build());
    MemoryImport memory = (MemoryImport) parsed.importSection().getImport(0);
    assertEquals(65536, memory.limits().maximumPages());
    assertEquals(true, memory.limits().shared());
  }

  @Test
  void theFlagsOfAnImportedMemoryTellItsKind() {
    assertArrayEquals(
        new byte[] {2, 1, 1, 2}, limits(new ModuleBuilder("env", "memory", 1, 2, false)));
    assertArrayEquals(
        new byte[] {2, 3, 1, 2}, limits(new ModuleBuilder("env", "memory", 1, 2, true)));
  }

  /** After header, no types, and the names: the import's kind, the flags, the two limits. */
  private static byte[] limits(ModuleBuilder module) {
    byte[] bytes = module.build();
    int at = 8 + 3 + 3 + "env".length() + 1 + "memory".length() + 1;
    return Arrays.copyOfRange(bytes, at, at + 4);
  }

  @Test
  void parametersHaveTypes() {
    ModuleBuilder module = new ModuleBuilder("env", "memory", 1, 2, false);
    assertThrows(
        IllegalArgumentException.class,
        () -> module.function(I, List.of(), (c, p) -> c.drop(p.f32(0))));
  }
}
