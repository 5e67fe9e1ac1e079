package io.wasmchord.web.assembler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A module: one imported memory, imported functions, functions, exports, and a table of functions.
 * Sections follow the binary format (core specification, 5.5).
 */
public final class ModuleBuilder {
  private static final int VERSION = 1;
  private static final int FUNCTION_TYPE = 0x60;
  private static final int FUNCREF = 0x70;

  private static final int HAS_MAXIMUM = 1; // the flags of a memory's limits (5.3.9)
  private static final int SHARED = 2;

  private final List<Signature> types = new ArrayList<>();
  private final List<Integer> typeOfFunction = new ArrayList<>();
  private final List<ByteSink> bodies = new ArrayList<>();
  private final List<Integer> table = new ArrayList<>();
  private final ByteSink exports = new ByteSink();
  private final ByteSink imports = new ByteSink();
  private int imported; // functions
  private int exported;

  private record Signature(List<ValueType> parameters, List<ValueType> results) {}

  /** The parameters of a function whose body is being written. */
  public static final class Parameters {
    private final List<ValueType> types;

    private Parameters(List<ValueType> types) {
      this.types = types;
    }

    private int check(int index, ValueType type) {
      if (types.get(index) != type) {
        throw new IllegalArgumentException("parameter " + index + " is " + types.get(index));
      }
      return index;
    }

    public I32.Local i32(int index) {
      return new I32.Local(check(index, ValueType.I32));
    }

    public F32.Local f32(int index) {
      return new F32.Local(check(index, ValueType.F32));
    }

    public V128.Local v128(int index) {
      return new V128.Local(check(index, ValueType.V128));
    }
  }

  /**
   * Imports the memory, as {@code module.name}.
   *
   * @param maxPages of 64 KiB, 65536 at most
   * @param shared whether other threads use it too
   */
  public ModuleBuilder(String module, String name, int minPages, int maxPages, boolean shared) {
    int flags = HAS_MAXIMUM | (shared ? SHARED : 0);
    imports.name(module).name(name).u8(2).u8(flags).u32(minPages).u32(maxPages);
  }

  /**
   * Imports a function, before any is added.
   *
   * @param module where it is, as {@code module.name}
   */
  public Function importFunction(
      String module, String name, List<ValueType> parameters, List<ValueType> results) {
    if (!bodies.isEmpty()) {
      throw new IllegalStateException("imports come before functions");
    }
    imports.name(module).name(name).u8(0).u32(type(parameters, results));
    return new Function(imported++, List.copyOf(parameters));
  }

  /** Adds a function; {@code body} writes its code. */
  public Function function(
      List<ValueType> parameters, List<ValueType> results, BiConsumer<Code, Parameters> body) {
    int own = bodies.size();
    int index = imported + own;
    bodies.add(new ByteSink());
    typeOfFunction.add(type(parameters, results));
    Code code = new Code(parameters.size());
    body.accept(code, new Parameters(parameters));
    bodies.set(own, code.finish());
    return new Function(index, List.copyOf(parameters));
  }

  /** The index of a function type, for {@link Code#callIndirect}. */
  public int type(List<ValueType> parameters, List<ValueType> results) {
    Signature signature = new Signature(List.copyOf(parameters), List.copyOf(results));
    int known = types.indexOf(signature);
    if (known >= 0) {
      return known;
    }
    types.add(signature);
    return types.size() - 1;
  }

  public void export(String name, Function function) {
    exports.name(name).u8(0).u32(function.index());
    exported++;
  }

  /** Puts a function in the table; its place there. */
  public int element(Function function) {
    table.add(function.index());
    return table.size() - 1;
  }

  /** The module's bytes. */
  public byte[] build() {
    ByteSink out = new ByteSink().u8(0).u8('a').u8('s').u8('m');
    out.u8(VERSION).u8(0).u8(0).u8(0);
    section(out, 1, this::typeSection);
    section(out, 2, s -> s.u32(1 + imported).append(imports));
    section(
        out,
        3,
        s -> {
          s.u32(typeOfFunction.size());
          typeOfFunction.forEach(s::u32);
        });
    section(out, 4, s -> s.u32(1).u8(FUNCREF).u8(0).u32(table.size()));
    section(out, 7, s -> s.u32(exported).append(exports));
    section(
        out,
        9,
        s -> {
          s.u32(1).u32(0).op(Opcode.I32_CONST).s64(0).op(Opcode.END).u32(table.size());
          table.forEach(s::u32);
        });
    section(
        out,
        10,
        s -> {
          s.u32(bodies.size());
          bodies.forEach(body -> s.u32(body.size()).append(body));
        });
    return out.toArray();
  }

  private void typeSection(ByteSink s) {
    s.u32(types.size());
    for (Signature type : types) {
      s.u8(FUNCTION_TYPE).u32(type.parameters.size());
      type.parameters.forEach(t -> s.u8(t.code));
      s.u32(type.results.size());
      type.results.forEach(t -> s.u8(t.code));
    }
  }

  private static void section(ByteSink out, int id, Consumer<ByteSink> content) {
    ByteSink bytes = new ByteSink();
    content.accept(bytes);
    out.u8(id).u32(bytes.size()).append(bytes);
  }
}
