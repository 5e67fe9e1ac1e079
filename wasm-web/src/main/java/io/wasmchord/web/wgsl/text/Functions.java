package io.wasmchord.web.wgsl.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions that kernels share. WGSL lets compilers contract, reassociate and round otherwise
 * than the arithmetic contract says; so every float step passes through {@code opq}, an exclusive
 * or with a zero that is known only at run time, and division, square root and halves are made of
 * integers. What is compared is compared as bits, which no compiler may take for finite.
 */
final class Functions {
  private static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    add("opq", "(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ p.zero); }");
    add("mul", "(a: f32, b: f32) -> f32 { return opq(a * b); }");
    add("add", "(a: f32, b: f32) -> f32 { return opq(a + b); }");
    add("sub", "(a: f32, b: f32) -> f32 { return opq(a - b); }");
    add(
        "opq4",
        "(x: vec4<f32>) -> vec4<f32> {\n"
            + "  return bitcast<vec4<f32>>(bitcast<vec4<u32>>(x) ^ vec4<u32>(p.zero));\n}");
    add("mul4", "(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> { return opq4(a * b); }");
    add("add4", "(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> { return opq4(a + b); }");
    add("sub4", "(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> { return opq4(a - b); }");
    add("load", "(at: u32) -> f32 { return bitcast<f32>(arena[at]); }");
    add("store", "(at: u32, x: f32) { arena[at] = bitcast<u32>(x); }");
    add("asFloat", "(bits: u32) -> f32 { return bitcast<f32>(bits ^ p.zero); }");
    add("magnitude", "(x: f32) -> u32 { return bitcast<u32>(x) & 0x7fffffffu; }");
    add("isNan", "(x: f32) -> bool { return magnitude(x) > 0x7f800000u; }");
    add("negative", "(x: f32) -> f32 { return asFloat(bitcast<u32>(x) ^ 0x80000000u); }");
    add("absolute", "(x: f32) -> f32 { return asFloat(magnitude(x)); }");
    add(
        "order", // of two numbers as of these integers; -0 and 0 are equal
        """
        (x: f32) -> i32 {
          let bits = bitcast<i32>(x);
          return select(bits, -(bits & 0x7fffffff), bits < 0);
        }
        """);
    add(
        "above",
        "(a: f32, b: f32) -> bool { return !isNan(a) && !isNan(b) && order(a) > order(b); }");
    add(
        "convert", // an i32 to the nearest float, whatever way the adapter rounds its own
        "(x: i32) -> f32 { return opq(f32(x & -4096) + f32(x & 4095)); }");
    add(
        "convert4",
        "(x: vec4<i32>) -> vec4<f32> {\n"
            + "  return opq4(vec4<f32>(x & vec4<i32>(-4096)) + vec4<f32>(x & vec4<i32>(4095)));\n}");
    add("divide", DivisionText.DIVIDE);
    add("root", DivisionText.ROOT);
    add("packFloat", DivisionText.PACK);
    add("half", HalfText.WIDEN);
    add("toHalf", HalfText.ROUND);
    add("toHalfFinite", HalfText.ROUND_FINITE);
    ElementaryText.all().forEach(Functions::add);
  }

  private Functions() {}

  private static void add(String name, String text) {
    ALL.put(name, "fn " + name + text + (text.endsWith("\n") ? "" : "\n"));
  }

  /** The functions that a text names, and those that they name. */
  static String named(String text) {
    List<String> wanted = new ArrayList<>();
    collect(text, wanted);
    StringBuilder all = new StringBuilder();
    ALL.forEach((name, function) -> {
      if (wanted.contains(name)) {
        all.append(function);
      }
    });
    return all.toString();
  }

  private static void collect(String text, List<String> wanted) {
    for (String name : Names.called(text)) {
      if (ALL.containsKey(name) && !wanted.contains(name)) {
        wanted.add(name);
        collect(ALL.getOrDefault(name, ""), wanted);
      }
    }
  }
}
