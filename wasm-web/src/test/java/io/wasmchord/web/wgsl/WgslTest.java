package io.wasmchord.web.wgsl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.web.wgsl.catalogue.KernelCatalogue;
import io.wasmchord.web.wgsl.text.Binding;
import io.wasmchord.web.wgsl.text.GpuKernel;
import io.wasmchord.web.wgsl.text.Word;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel's text as far as it can be read without a compiler of WGSL. */
class WgslTest {
  private static final Pattern NAME = Pattern.compile("(?<![.\\w@])[A-Za-z_]\\w*");
  private static final Pattern NUMBER = Pattern.compile("\\b\\d\\w*(\\.\\w+)?(p-?\\w+)?");
  private static final Pattern DECLARED =
      Pattern.compile(
          "(?:\\b(?:fn|let|var|const|struct)(?:<[^>]*>)?\\s+(\\w+))|(?:(\\w+)\\s*:(?!:))");
  private static final Set<String> LANGUAGE =
      Stream.of(
              "fn let var const struct if else for while loop return break continue true false",
              "u32 i32 f32 bool vec2 vec3 vec4 array atomic storage read read_write uniform workgroup",
              "bitcast select min max abs clamp round trunc sqrt countLeadingZeros countOneBits",
              "dot4I8Packed workgroupBarrier storageBarrier atomicStore atomicLoad atomicMax atomicMin",
              "atomicAdd group binding compute workgroup_size builtin main workgroup_id num_workgroups",
              "local_invocation_index")
          .flatMap(words -> Stream.of(words.split(" ")))
          .collect(Collectors.toSet());
  private static final Set<String> RESERVED =
      Stream.of(
              "active as auto await become case cast class common concept constinit crate do enum",
              "explicit export extends extern external filter final finally friend from get goto",
              "handle highp impl import inline instanceof interface layout lowp macro match meta mod",
              "module move mut namespace new nil null of operator package partition pass patch",
              "precise precision priv protected pub public readonly ref regardless register require",
              "resource restrict self set shared sizeof smooth static super target template this",
              "throw trait try type typedef typename union unless unsafe unsized use using varying",
              "virtual volatile where with writeonly yield default switch override alias enable")
          .flatMap(words -> Stream.of(words.split(" ")))
          .collect(Collectors.toSet());

  static List<GpuKernel<?>> kernels() {
    return KernelCatalogue.all();
  }

  @Test
  void namesAreDifferent() {
    Set<String> names = new HashSet<>();
    for (GpuKernel<?> kernel : kernels()) {
      assertTrue(names.add(kernel.name()), kernel.name());
      assertTrue(kernel.name().matches("[a-zA-Z][a-zA-Z0-9_]*"), kernel.name());
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyNameIsDeclared(GpuKernel<?> kernel) {
    String text = NUMBER.matcher(kernel.text()).replaceAll("0");
    Set<String> declared = new HashSet<>(LANGUAGE);
    Matcher declarations = DECLARED.matcher(text);
    while (declarations.find()) {
      String name = declarations.group(1) == null ? declarations.group(2) : declarations.group(1);
      assertFalse(RESERVED.contains(name), "reserved: " + name);
      declared.add(name);
    }
    Matcher names = NAME.matcher(text);
    while (names.find()) {
      assertTrue(declared.contains(names.group()), () -> "unknown: " + names.group());
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void bracketsMatch(GpuKernel<?> kernel) {
    Map<Character, Integer> counts = new HashMap<>();
    kernel.text().chars().forEach(c -> counts.merge((char) c, 1, Integer::sum));
    assertEquals(counts.get('{'), counts.get('}'));
    assertEquals(counts.get('('), counts.get(')'));
    assertEquals(counts.get('['), counts.get(']'));
    assertFalse(kernel.text().contains("$"), kernel.text());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void bindsWhatItNamesAndNothingElse(GpuKernel<?> kernel) {
    assertEquals(Binding.ARGUMENTS, kernel.bindings().getFirst());
    for (Binding binding : Binding.values()) {
      String declaration = "@group(0) @binding(" + binding.ordinal() + ") ";
      boolean bound = kernel.bindings().contains(binding);
      assertEquals(bound, kernel.text().contains(declaration), binding.toString());
      String used = binding == Binding.ARGUMENTS ? "p." : binding.variable() + "[";
      assertEquals(bound, kernel.text().contains(used), binding.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void argumentsFitTheirSlot(GpuKernel<?> kernel) {
    List<? extends Word<?>> words = kernel.layout().words();
    assertTrue(4 * (words.size() + 1) <= Binding.ARGUMENT_BYTES);
    Set<String> names = new HashSet<>();
    for (Word<?> word : words) {
      assertTrue(names.add(word.name()), word.name());
      assertTrue(kernel.text().contains("  " + word.name() + ": " + word.type() + ",\n"));
    }
  }

  /** SwiftShader compiles longer, the more memory a workgroup shares. */
  @ParameterizedTest
  @MethodSource("kernels")
  void workgroupsShareLittle(GpuKernel<?> kernel) {
    Matcher arrays =
        Pattern.compile("var<workgroup> \\w+: array<\\S+?>?, (\\d+)>").matcher(kernel.text());
    int words = 0;
    while (arrays.find()) {
      words += Integer.parseInt(arrays.group(1));
    }
    assertTrue(words <= 1_200, () -> kernel.name());
    assertTrue(kernel.threads() <= 256);
  }
}
