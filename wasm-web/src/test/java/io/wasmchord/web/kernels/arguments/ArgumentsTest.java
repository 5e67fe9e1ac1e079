package io.wasmchord.web.kernels.arguments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.Activation;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.RopeOrder;
import io.wasmchord.quant.BlockLayout;
import io.wasmchord.quant.TensorType;
import io.wasmchord.web.kernels.KernelModule;
import io.wasmchord.web.kernels.emit.CommandLayout;
import io.wasmchord.web.kernels.formats.BlockCode;
import io.wasmchord.web.kernels.products.ActivationLayout;
import io.wasmchord.web.memory.Region;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each record of arguments and its layout say the same. */
class ArgumentsTest {
  private static final List<Class<?>> RECORDS =
      List.of(
          AddBiasArguments.class,
          AddGatedArguments.class,
          ArgMaxArguments.class,
          AttentionArguments.class,
          ElementwiseArguments.class,
          ExpertBiasArguments.class,
          ExpertMatMulArguments.class,
          ExpertPackArguments.class,
          ExpertRepackArguments.class,
          ExpertSumArguments.class,
          ExpertWeighArguments.class,
          GroupExpertsArguments.class,
          MatMulArguments.class,
          NormArguments.class,
          PackArguments.class,
          RepackArguments.class,
          RopeArguments.class,
          RouteArguments.class,
          ScaleRowsArguments.class,
          ShortConvArguments.class,
          StoreKvArguments.class,
          TopKArguments.class,
          XieluArguments.class,
          CausalConvArguments.class,
          L2NormArguments.class,
          ScaleColumnsArguments.class,
          CopyColumnsArguments.class,
          CopyHeadsArguments.class,
          DeltaNetArguments.class,
          SsmScanArguments.class,
          TokenShiftArguments.class,
          WkvArguments.class,
          AddBonusArguments.class,
          AddMixedArguments.class,
          MatchLengthArguments.class,
          SparsifyArguments.class);

  static List<Class<?>> records() {
    return RECORDS;
  }

  /** Distinct values, so that a field which reads another component shows. */
  private static Object value(Class<?> type, int i) {
    if (type == int.class) {
      return 1000 + i;
    }
    if (type == float.class) {
      return 0.5f + i;
    }
    if (type == Region.class) {
      return new Region(0x8000_0000L + 4096L * i, 64); // above what is signed
    }
    assertEquals(BlockLayout.class, type);
    return BlockLayout.of(TensorType.Q6_K, BlockCode.ROWS);
  }

  private static List<Integer> bits(Object value) {
    return switch (value) {
      case Integer number -> List.of(number);
      case Float number -> List.of(Float.floatToRawIntBits(number));
      case Region region -> List.of((int) region.start());
      case BlockLayout b ->
          List.of(
              b.blockBytes(),
              b.halvesAt(),
              b.halves(),
              b.octetsAt(),
              b.octets(),
              b.wordsAt(),
              b.words());
      default -> throw new AssertionError(value);
    };
  }

  @SuppressWarnings("unchecked")
  private static ArgumentLayout<Object> layout(Class<?> type) throws ReflectiveOperationException {
    return (ArgumentLayout<Object>) type.getField("LAYOUT").get(null);
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyComponentIsWrittenOnceInOrder(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      values[i] = value(components[i].getType(), i);
      expected.addAll(bits(values[i]));
    }
    Constructor<?> constructor =
        type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    Object arguments = constructor.newInstance(values);
    List<Integer> written = new ArrayList<>();
    for (Argument<Object> word : layout(type).words()) {
      assertEquals(written.size(), word.index());
      written.add(word.bits(arguments));
    }
    assertEquals(expected, written);
    int bytes = CommandLayout.ARGUMENTS + 4 * written.size();
    assertTrue(bytes <= CommandLayout.BYTES, bytes + " bytes");
  }

  @ParameterizedTest
  @MethodSource("records")
  void everyRangeIsReadOrWritten(Class<?> type) throws ReflectiveOperationException {
    int written = 0;
    for (Argument<Object> word : layout(type).words()) {
      if (word instanceof Argument.Address<Object> address) {
        assertTrue(address.read() || address.written());
        written += address.written() ? 1 : 0;
      }
    }
    assertTrue(written > 0, "a kernel that writes nothing does nothing");
  }

  /** Every kernel that a module has is named by one of the methods that encoders use. */
  @Test
  void everyKernelHasARecord() {
    List<Kernel<?>> named = new ArrayList<>();
    named.add(KernelModule.REPACK);
    named.add(KernelModule.RMS_NORM);
    named.add(KernelModule.LAYER_NORM);
    named.add(KernelModule.ADD_BIAS);
    named.add(KernelModule.ADD_GATED);
    named.add(KernelModule.SCALE_ROWS);
    named.add(KernelModule.XIELU);
    named.add(KernelModule.CLAMP);
    named.add(KernelModule.SHORT_CONV);
    named.add(KernelModule.ARG_MAX);
    named.add(KernelModule.TOP_K);
    named.add(KernelModule.ADD);
    named.add(KernelModule.ADD_SCALED);
    named.add(KernelModule.SCALE);
    named.add(KernelModule.SOFT_CAP);
    named.add(KernelModule.ROUTE);
    named.add(KernelModule.GROUP_EXPERTS);
    named.add(KernelModule.EXPERT_REPACK);
    named.add(KernelModule.EXPERT_PACK);
    named.add(KernelModule.EXPERT_MATMUL);
    named.add(KernelModule.EXPERT_SUM);
    named.add(KernelModule.CAUSAL_CONV);
    named.add(KernelModule.L2_NORM);
    named.add(KernelModule.SCALE_COLUMNS);
    named.add(KernelModule.COPY_COLUMNS);
    named.add(KernelModule.COPY_HEADS);
    named.add(KernelModule.DELTA_NET);
    named.add(KernelModule.SSM_SCAN_HEADS);
    named.add(KernelModule.SSM_SCAN_CHANNELS);
    named.add(KernelModule.TOKEN_SHIFT);
    named.add(KernelModule.WKV);
    named.add(KernelModule.WKV_DELTA);
    named.add(KernelModule.ADD_BONUS);
    named.add(KernelModule.ADD_MIXED);
    named.add(KernelModule.MATCH_LENGTH);
    named.add(KernelModule.SPARSIFY);
    named.add(KernelModule.EXPERT_WEIGH);
    named.add(KernelModule.EXPERT_BIAS);
    Arrays.stream(ActivationLayout.values()).map(KernelModule::pack).forEach(named::add);
    Arrays.stream(RopeOrder.values()).map(KernelModule::rope).forEach(named::add);
    Arrays.stream(KvType.values()).map(KernelModule::storeKv).forEach(named::add);
    Arrays.stream(KvType.values()).map(KernelModule::attention).forEach(named::add);
    Arrays.stream(Activation.values()).map(KernelModule::gate).forEach(named::add);
    Arrays.stream(Activation.values())
        .filter(activation -> !activation.limited())
        .map(KernelModule::activate)
        .forEach(named::add);
    named.add(KernelModule.matmul(TensorType.Q4_K));
    named.add(KernelModule.matmulTiles(TensorType.Q4_K));
    KernelModule module = KernelModule.emit(List.of(TensorType.Q4_K), true, true);
    assertEquals(module.table().size(), named.size());
    for (Kernel<?> kernel : named) {
      assertTrue(module.has(kernel), kernel.name());
      assertTrue(RECORDS.stream().anyMatch(type -> isLayoutOf(kernel, type)), kernel.name());
    }
  }

  private static boolean isLayoutOf(Kernel<?> kernel, Class<?> type) {
    try {
      return type.getField("LAYOUT").get(null) == kernel.layout();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
