package io.wasmchord.jvm.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.backend.Activation;
import io.wasmchord.jvm.machine.FloatLanes.Register;
import io.wasmchord.jvm.machine.FloatTileWriter.Ending;
import io.wasmchord.quant.TensorType;
import io.wasmchord.quant.format.IntegerFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the assembler writes is what a disassembler reads: objdump, where it is installed. */
class AssemblerTest {
  private static final Pattern LINE =
      Pattern.compile("^\\s*[0-9a-f]+:\\t(?:[0-9a-f]{2} )+\\s*\\t?(.*)$");

  @TempDir private Path folder;

  private List<String> read(byte[] code) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("code.bin"), code);
    Process objdump;
    try {
      objdump =
          new ProcessBuilder(
                  "objdump",
                  "-D",
                  "-w",
                  "-b",
                  "binary",
                  "-m",
                  "i386:x86-64",
                  "-M",
                  "intel",
                  file.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "objdump is not installed");
      throw e;
    }
    String text = new String(objdump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, objdump.waitFor(), text);
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n")) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        lines.add(matcher.group(1).strip().replaceAll("\\s+", " "));
      }
    }
    return lines;
  }

  @Test
  void everyFieldOfAnInstructionIsWritten() throws IOException, InterruptedException {
    EvexAssembler a = new EvexAssembler();
    a.op(Op.VPADDD, new Zmm(31), new Zmm(16), new Zmm(15));
    a.op(Op.VPADDD, new Zmm(8), new Zmm(23), new Zmm(24));
    a.op(Op.VPANDD, new Zmm(0), new Zmm(7), Address.of(Gpr.RDI, 0));
    a.op(Op.VPANDD, new Zmm(9), new Zmm(17), Address.of(Gpr.R12, 64));
    a.op(Op.VPANDD, new Zmm(9), new Zmm(17), Address.of(Gpr.R13, 65));
    a.op(Op.VPANDD, new Zmm(1), new Zmm(2), Address.of(Gpr.RSP, -8192));
    a.op(Op.VPANDD, new Zmm(1), new Zmm(2), Address.of(Gpr.RBP, -8256));
    a.each(Op.VPDPBUSD, new Zmm(21), new Zmm(30), new Address(Gpr.R9, Gpr.R15, 8, 508));
    a.each(Op.VPDPWSSD, new Zmm(21), new Zmm(30), new Address(Gpr.RSI, Gpr.R8, 2, 512));
    a.op(Op.VMOVUPS_STORE, new Zmm(29), new Address(Gpr.R8, Gpr.RAX, 4, 128));
    a.op(Op.VPMOVDW, new Zmm(18), new Zmm(5));
    a.op(Op.VCVTPH2PS, new Zmm(18), new Zmm(29));
    a.op(Op.VPBROADCASTD_LOAD, new Zmm(18), Address.of(Gpr.RCX, 36));
    a.shift(Op.Shift.VPSRAD, new Zmm(19), new Zmm(28), 24);
    a.shift(Op.Shift.VPSLLW, new Zmm(2), new Zmm(11), 8);
    a.ternary(new Zmm(20), new Zmm(3), new Zmm(27), 0xF8);
    a.broadcast(new Zmm(26), 0x30303030);
    assertEquals(
        List.of(
            "vpaddd zmm31,zmm16,zmm15",
            "vpaddd zmm8,zmm23,zmm24",
            "vpandd zmm0,zmm7,ZMMWORD PTR [rdi+0x0]",
            "vpandd zmm9,zmm17,ZMMWORD PTR [r12+0x40]",
            "vpandd zmm9,zmm17,ZMMWORD PTR [r13+0x41]",
            "vpandd zmm1,zmm2,ZMMWORD PTR [rsp-0x2000]",
            "vpandd zmm1,zmm2,ZMMWORD PTR [rbp-0x2040]",
            "vpdpbusd zmm21,zmm30,DWORD BCST [r9+r15*8+0x1fc]",
            "vpdpwssd zmm21,zmm30,DWORD BCST [rsi+r8*2+0x200]",
            "vmovups ZMMWORD PTR [r8+rax*4+0x80],zmm29",
            "vpmovdw ymm5,zmm18",
            "vcvtph2ps zmm18,ymm29",
            "vpbroadcastd zmm18,DWORD PTR [rcx+0x24]",
            "vpsrad zmm19,zmm28,0x18",
            "vpsllw zmm2,zmm11,0x8",
            "vpternlogd zmm20,zmm3,zmm27,0xf8",
            "mov eax,0x30303030",
            "vpbroadcastd zmm26,eax"),
        read(a.code()).stream().map(AssemblerTest::plain).toList());
  }

  @Test
  void floatsAreWritten() throws IOException, InterruptedException {
    EvexAssembler a = new EvexAssembler();
    a.each(Op.VMULPS, new Zmm(29), new Zmm(25), new Address(Gpr.R11, Gpr.RAX, 4, 0));
    a.op(Op.VDIVPS, new Zmm(6), new Zmm(31), new Zmm(17));
    a.op(Op.VMINPS, new Zmm(1), new Zmm(2), new Zmm(3));
    a.op(Op.VMAXPS, new Zmm(1), new Zmm(2), new Zmm(3));
    a.op(Op.VPMINSD, new Zmm(1), new Zmm(2), new Zmm(3));
    a.op(Op.VPMAXSD, new Zmm(1), new Zmm(2), new Zmm(3));
    a.op(Op.VCVTTPS2DQ, new Zmm(4), new Zmm(19));
    a.op(Op.VCVTPH2PS, new Zmm(24), Address.of(Gpr.RDI, 96));
    a.op(Op.VPMOVSXBD, new Zmm(24), Address.of(Gpr.RDI, 34));
    a.op(Op.VPMOVDB, new Zmm(3), Address.of(Gpr.RDX, 16));
    a.op(Op.VPBROADCASTW_LOAD, new Zmm(30), Address.of(Gpr.RDI, 0));
    a.op(Op.VCVTPS2PH, new Zmm(5), new Zmm(5));
    a.raw(0);
    a.op(Op.VSHUFF32X4, new Zmm(7), new Zmm(4), new Zmm(20));
    a.raw(0x4E);
    a.op(Op.VPERMILPS, new Zmm(7), new Zmm(20));
    a.raw(0xB1);
    a.op(Op.VCMPPS, new Zmm(1), new Zmm(18), new Zmm(7));
    a.raw(7);
    a.masked(Op.VPADDD, new Zmm(18), new Zmm(9), new Zmm(31), 1, false);
    a.masked(Op.VDIVPS, new Zmm(6), new Zmm(16), new Zmm(5), 3, true);
    a.op(Op.VPMOVQW, new Zmm(6), new Zmm(7));
    a.op(Op.VPMOVQD, new Zmm(7), new Zmm(5));
    assertEquals(
        List.of(
            "vmulps zmm29,zmm25,DWORD BCST [r11+rax*4+0x0]",
            "vdivps zmm6,zmm31,zmm17",
            "vminps zmm1,zmm2,zmm3",
            "vmaxps zmm1,zmm2,zmm3",
            "vpminsd zmm1,zmm2,zmm3",
            "vpmaxsd zmm1,zmm2,zmm3",
            "vcvttps2dq zmm4,zmm19",
            "vcvtph2ps zmm24,YMMWORD PTR [rdi+0x60]",
            "vpmovsxbd zmm24,XMMWORD PTR [rdi+0x22]",
            "vpmovdb XMMWORD PTR [rdx+0x10],zmm3",
            "vpbroadcastw zmm30,WORD PTR [rdi+0x0]",
            "vcvtps2ph ymm5,zmm5,0x0",
            "vshuff32x4 zmm7,zmm4,zmm20,0x4e",
            "vpermilps zmm7,zmm20,0xb1",
            "vcmpordps k1,zmm18,zmm7",
            "vpaddd zmm18{k1},zmm9,zmm31",
            "vdivps zmm6{k3}{z},zmm16,zmm5",
            "vpmovqw xmm7,zmm6",
            "vpmovqd ymm5,zmm7"),
        read(a.code()).stream().map(AssemblerTest::plain).toList());
  }

  /** What of it no instruction of an operation is. */
  @ParameterizedTest
  @EnumSource(Variant.class)
  void firstLanesAreStoredAtEitherWidth(Variant variant) throws IOException, InterruptedException {
    FloatLanes a = FloatLanes.of(variant);
    a.storeFirst(new Register(5), Gpr.RDX, 36);
    a.storeTwo(new Register(6), Gpr.RDX, 256);
    a.moveFirst(Gpr.RAX, new Register(4));
    assertEquals(
        List.of(
            "vmovss DWORD PTR [rdx+0x24],xmm5",
            "vmovq QWORD PTR [rdx+0x100],xmm6",
            "vmovd eax,xmm4"),
        read(a.code().code()));
  }

  /** What both widths have. */
  private static void writeCommon(FloatLanes a, Register... r) {
    a.each(Op.VADDPS, r[1], r[2], 1f);
    a.compare(r[3], 2f, FloatLanes.LESS);
    a.choose(r[1], r[2]);
    a.zeroUnless(Op.VCVTTPS2DQ, r[4], r[5]);
    a.broadcast(r[6], 1f);
    a.times(new Register[] {r[1], r[2]}, new Register[] {r[3], r[4]}, Address.of(Gpr.RSI, 4));
  }

  @Test
  void wideLanesAreWritten() throws IOException, InterruptedException {
    FloatLanes a = new WideLanes();
    Register[] r = Register.from(0, 8);
    writeCommon(a, r);
    List<String> lines = read(a.code().code());
    assertEquals(
        List.of(
            "vaddps zmm1,zmm2,DWORD BCST [rip+0x36] # 0x40",
            "vcmpltps k1,zmm3,DWORD BCST [rip+0x4b] # 0x60",
            "vblendmps zmm1{k1},zmm1,zmm2",
            "vcvttps2dq zmm4{k1}{z},zmm5",
            "vbroadcastss zmm6,DWORD PTR [rip+0x15] # 0x40",
            "vmulps zmm1,zmm3,DWORD BCST [rsi+0x4]",
            "vmulps zmm2,zmm4,DWORD BCST [rsi+0x4]"),
        lines.subList(0, 7).stream().map(AssemblerTest::plain).toList());
  }

  @Test
  void narrowLanesAreWritten() throws IOException, InterruptedException {
    FloatLanes a = new NarrowLanes();
    Register[] r = Register.from(0, 8);
    writeCommon(a, r);
    a.fold(Op.VMAXPS, new Register[] {r[0], r[1]}, r[2]);
    a.storeBytes(Register.from(4, 4), Address.of(Gpr.RDX, 32));
    a.lowHalves(r[3], r[2]);
    a.op(Op.VCVTPS2PH, r[5], r[5]);
    a.code().raw(0);
    a.op(Op.VPMOVSXBD, new Register(12), Address.of(Gpr.RDI, 34));
    a.op(Op.VPBROADCASTW_LOAD, r[3], Address.of(Gpr.RDI, 0));
    a.shift(Op.Shift.VPSRAD, new Register(9), new Register(12), 1);
    List<String> lines = read(a.code().code());
    assertEquals(
        List.of(
            "vaddps ymm1,ymm2,YMMWORD PTR [rip+X]",
            "vcmpltps ymm15,ymm3,YMMWORD PTR [rip+X]",
            "vblendvps ymm1,ymm1,ymm2,ymm15",
            "vcvttps2dq ymm4,ymm5",
            "vpand ymm4,ymm4,ymm15",
            "vmovups ymm6,YMMWORD PTR [rip+X]",
            "vbroadcastss ymm2,DWORD PTR [rsi+0x4]",
            "vmulps ymm1,ymm3,ymm2",
            "vmulps ymm2,ymm4,ymm2",
            "vmaxps ymm0,ymm0,ymm1",
            "vperm2f128 ymm2,ymm0,ymm0,0x1",
            "vmaxps ymm0,ymm0,ymm2",
            "vpermilps ymm2,ymm0,0x4e",
            "vmaxps ymm0,ymm0,ymm2",
            "vpermilps ymm2,ymm0,0xb1",
            "vmaxps ymm0,ymm0,ymm2",
            "vpackssdw ymm4,ymm4,ymm5",
            "vpackssdw ymm6,ymm6,ymm7",
            "vpacksswb ymm4,ymm4,ymm6",
            "vmovups ymm15,YMMWORD PTR [rip+X]",
            "vpermd ymm4,ymm15,ymm4",
            "vmovups YMMWORD PTR [rdx+0x20],ymm4",
            "vpand ymm3,ymm2,YMMWORD PTR [rip+X]",
            "vpackusdw ymm3,ymm3,ymm3",
            "vpermq ymm3,ymm3,0x88",
            "vcvtph2ps ymm3,xmm3",
            "vcvtps2ph xmm5,ymm5,0x0",
            "vpmovsxbd ymm12,QWORD PTR [rdi+0x22]",
            "vpbroadcastw ymm3,WORD PTR [rdi+0x0]",
            "vpsrad ymm9,ymm12,0x1"),
        lines.subList(0, 30).stream().map(line -> line.replaceAll("rip.*", "rip+X]")).toList());
  }

  @Test
  void sumsOfARecordAreStored() throws IOException, InterruptedException {
    FloatLanes a = new NarrowLanes();
    a.storeSums(Gpr.RSI, Register.from(4, 4));
    List<String> lines = read(a.code().code());
    assertEquals(
        List.of(
            "vphaddd ymm4,ymm4,ymm5",
            "vphaddd ymm6,ymm6,ymm7",
            "vphaddd ymm4,ymm4,ymm6",
            "vperm2f128 ymm5,ymm4,ymm4,0x1",
            "vpaddd ymm5,ymm5,ymm4",
            "vpermilps ymm5,ymm5,0xd8",
            "vpackssdw ymm5,ymm5,ymm5",
            "vmovq QWORD PTR [rsi+0x120],xmm5",
            "vpackssdw ymm4,ymm4,ymm4",
            "vmovups ymm15,YMMWORD PTR [rip+X]",
            "vpermd ymm4,ymm15,ymm4",
            "vextractf128 XMMWORD PTR [rsi+0x100],ymm4,0x0"),
        lines.subList(12, 24).stream().map(line -> line.replaceAll("rip.*", "rip+X]")).toList());
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void kernelsOfFloatsAreWholeInstructions(Variant variant)
      throws IOException, InterruptedException {
    int lanes = variant.bits() / 32;
    List<byte[]> codes = new ArrayList<>();
    for (int rows : new int[] {1, 5, TileRegisters.of(variant).rows()}) {
      for (FloatLoads.Widening widening : FloatLoads.Widening.values()) {
        FloatLoads loads = FloatLoads.rows(widening);
        codes.add(new FloatTileWriter(variant, loads, Ending.BIAS, rows, 2).code());
      }
      for (FloatLoads keys :
          List.of(FloatLoads.keys(lanes, true, 80), FloatLoads.quantizedKeys(lanes, 96))) {
        codes.add(new FloatTileWriter(variant, keys, Ending.SCALE, rows, 2).code());
      }
      FloatLoads values = FloatLoads.quantizedValues(lanes, 68, 0);
      codes.add(new FloatTileWriter(variant, values, Ending.MORE, rows, 1).code());
    }
    codes.add(new SoftmaxWriter(variant).code());
    codes.add(new QuantizeWriter(variant).code());
    codes.add(new Quantize256Writer(variant).code());
    codes.add(ElementWriter.code(variant, Activation.GELU, true));
    for (byte[] code : codes) {
      whole(code, 15);
    }
  }

  /** Older versions of objdump say where a value is for all lanes with {@code {1to16}}. */
  private static String plain(String line) {
    return line.replaceFirst("DWORD PTR (\\[.*])\\{1to16}", "DWORD BCST $1");
  }

  @Test
  void registersOfAllKindsAreWritten() throws IOException, InterruptedException {
    EvexAssembler a = new EvexAssembler();
    Assembler.Label start = a.here();
    a.move(Gpr.R9, Gpr.RAX);
    a.move(Gpr.RDX, Gpr.R15);
    a.move(Gpr.R10, -5);
    a.add(Gpr.R8, Gpr.RDI);
    a.add(Gpr.RDI, 4608);
    a.subtract(Gpr.RCX, Gpr.R11);
    a.subtract(Gpr.R14, 1);
    a.multiply(Gpr.R12, 64);
    a.multiply(Gpr.RSI, 3);
    a.least(Gpr.RAX, Gpr.RCX);
    a.least(Gpr.R9, Gpr.RBX);
    a.store(Address.of(Gpr.RDX, 48), 0x12345678);
    a.store(Address.of(Gpr.R11, 4096), -1);
    a.prefetch(Address.of(Gpr.R10, 8192));
    a.push(Gpr.RBX);
    a.pop(Gpr.R12);
    a.whileNotZero(start);
    a.leave();
    assertEquals(
        "mov r9,rax; mov rdx,r15; mov r10,0xfffffffffffffffb; add r8,rdi; add rdi,0x1200;"
            + " sub rcx,r11; sub r14,0x1; imul r12,r12,0x40; imul rsi,rsi,0x3;"
            + " cmp rax,rcx; cmovg rax,rcx; cmp r9,rbx; cmovg r9,rbx;"
            + " rex mov DWORD PTR [rdx+0x30],0x12345678;"
            + " mov DWORD PTR [r11+0x1000],0xffffffff; prefetcht1 BYTE PTR [r10+0x2000]; rex push rbx; pop r12; jne 0x0;"
            + " vzeroupper; ret",
        String.join("; ", read(a.code())));
  }

  @Test
  void narrowRegistersHaveTheirPrefix() throws IOException, InterruptedException {
    VexAssembler a = new VexAssembler();
    Ymm high = new Ymm(13);
    Ymm low = new Ymm(2);
    a.op(Op.VPMADDUBSW, high, low, new Ymm(11));
    a.op(Op.VPMADDWD, low, high, Address.of(Gpr.R12, 64));
    a.op(Op.VPADDW, low, high, new Address(Gpr.RSI, Gpr.R9, 2, 512));
    a.op(Op.VPSIGNB, high, high, low);
    a.op(Op.VPABSB, low, high);
    a.op(Op.VPACKUSDW, low, low, high);
    a.op(Op.VPDPBUSD, high, low, new Ymm(15));
    a.op(Op.VPANDD, low, high, Address.of(Gpr.RSP, 32));
    a.op(Op.VMOVUPS_STORE, high, Address.of(Gpr.RDX, 96));
    a.op(Op.VPBROADCASTD_LOAD, high, new Address(Gpr.RSI, Gpr.R8, 1, 36));
    a.op(Op.VCVTPH2PS, low, high);
    a.gather(low, high);
    a.shift(Op.Shift.VPSRLD, low, high, 4);
    a.shift(Op.Shift.VPSLLW, high, low, 8);
    a.zero(high);
    assertEquals(
        List.of(
            "vpmaddubsw ymm13,ymm2,ymm11",
            "vpmaddwd ymm2,ymm13,YMMWORD PTR [r12+0x40]",
            "vpaddw ymm2,ymm13,YMMWORD PTR [rsi+r9*2+0x200]",
            "vpsignb ymm13,ymm13,ymm2",
            "vpabsb ymm2,ymm13",
            "vpackusdw ymm2,ymm2,ymm13",
            "{vex} vpdpbusd ymm13,ymm2,ymm15",
            "vpand ymm2,ymm13,YMMWORD PTR [rsp+0x20]",
            "vmovups YMMWORD PTR [rdx+0x60],ymm13",
            "vpbroadcastd ymm13,DWORD PTR [rsi+r8*1+0x24]",
            "vcvtph2ps ymm2,xmm13",
            "vpermq ymm2,ymm13,0x88",
            "vpsrld ymm2,ymm13,0x4",
            "vpsllw ymm13,ymm2,0x8",
            "vpxor ymm13,ymm13,ymm13"),
        read(a.code()));
  }

  @Test
  void constantsStandBehindTheCode() throws IOException, InterruptedException {
    VexAssembler a = new VexAssembler();
    Constants.Constant first = a.lanes(0x01020304);
    Constants.Constant second = a.lanes(-1);
    a.op(Op.VPANDD, new Ymm(9), new Ymm(3), second);
    a.op(Op.VPANDD, new Ymm(9), new Ymm(3), first);
    a.ret();
    byte[] code = a.code();
    assertEquals(first, a.lanes(0x01020304)); // each once
    assertEquals(96, code.length);
    assertEquals(4, code[32]);
    assertEquals(-1, code[64]);
    List<String> lines = read(code);
    assertTrue(lines.get(0).startsWith("vpand ymm9,ymm3,YMMWORD PTR [rip+0x37]"), lines.get(0));
    assertTrue(lines.get(1).startsWith("vpand ymm9,ymm3,YMMWORD PTR [rip+0xe]"), lines.get(1));
  }

  @ParameterizedTest
  @EnumSource(Variant.class)
  void kernelsAreWholeInstructions(Variant variant) throws IOException, InterruptedException {
    for (TensorType type : TensorType.values()) {
      for (int tokens = 1; tokens <= 4; tokens *= 2) {
        ProductWriter writer =
            type.format() instanceof IntegerFormat format
                ? ProductKernels.writer(format, tokens, variant)
                : null;
        if (writer != null) {
          whole(writer.code(), 80);
        }
      }
    }
  }

  private void whole(byte[] code, int least) throws IOException, InterruptedException {
    List<String> lines = read(code);
    int end = lines.indexOf("ret"); // constants may follow
    assertTrue(end > least, end + " instructions");
    for (String line : lines.subList(0, end)) {
      assertFalse(line.toLowerCase(Locale.ROOT).contains("(bad)"), line);
    }
  }
}
