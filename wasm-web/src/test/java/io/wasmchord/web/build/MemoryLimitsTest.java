package io.wasmchord.web.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.MemoryImport;
import io.wasmchord.web.assembler.I32;
import io.wasmchord.web.assembler.ModuleBuilder;
import io.wasmchord.web.assembler.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The build's patch of the compiled engine. */
class MemoryLimitsTest {
  private static final String ASKED = "memory\u0002\u0003\u0001\u0080\u0080\u0004";

  @ParameterizedTest
  @CsvSource({"64, 64, true", "3, 32768, true", "200, 300, false", "64, 64, false"})
  void anySharedMemoryOfUpTo4GiBIsAccepted(int min, int max, boolean shared) {
    ModuleBuilder module = new ModuleBuilder("teavm", "memory", min, max, shared);
    module.export(
        "f", module.function(List.of(), List.of(ValueType.I32), (c, p) -> c.result(I32.of(7))));
    byte[] bytes = MemoryLimits.widen(module.build());
    WasmModule widened = Parser.parse(bytes);
    MemoryImport memory = (MemoryImport) widened.importSection().getImport(0);
    assertEquals(1, memory.limits().initialPages());
    assertEquals(65536, memory.limits().maximumPages());
    assertTrue(memory.limits().shared());
    assertEquals("f", widened.exportSection().getExport(0).name());
    assertTrue(latin(bytes).contains(ASKED), "engine-file.js finds the flags by these bytes");
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
