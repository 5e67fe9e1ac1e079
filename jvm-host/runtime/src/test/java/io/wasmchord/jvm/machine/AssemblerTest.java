package io.wasmchord.jvm.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wasmchord.backend.Activation;
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
    Assembler a = new Assembler();
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
    Assembler a = new Assembler();
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
    Lanewise.masked(a, Op.VPADDD, new Zmm(18), new Zmm(9), new Zmm(31), 1, false);
    Lanewise.masked(a, Op.VDIVPS, new Zmm(6), new Zmm(16), new Zmm(5), 3, true);
    Lanewise.storeFirst(a, new Zmm(5), Gpr.RDX, 36);
    Lanewise.storeTwo(a, new Zmm(6), Gpr.RDX, 256);
    Lanewise.moveFirst(a, Gpr.RAX, new Zmm(4));
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
            "vmovss DWORD PTR [rdx+0x24],xmm5",
            "vmovq QWORD PTR [rdx+0x100],xmm6",
            "vmovd eax,xmm4",
            "vpmovqw xmm7,zmm6",
            "vpmovqd ymm5,zmm7"),
        read(a.code()).stream().map(AssemblerTest::plain).toList());
  }

  @Test
  void kernelsOfFloatsAreWholeInstructions() throws IOException, InterruptedException {
    List<byte[]> codes = new ArrayList<>();
    for (int rows : new int[] {1, 6, 7, FloatTileWriter.MOST_ROWS}) {
      for (FloatLoads.Widening widening : FloatLoads.Widening.values()) {
        FloatLoads loads = FloatLoads.rows(widening);
        codes.add(new FloatTileWriter(loads, FloatTileWriter.Ending.BIAS, rows, 2).code());
      }
      for (FloatLoads keys : List.of(FloatLoads.keys(true, 80), FloatLoads.quantizedKeys(96))) {
        codes.add(new FloatTileWriter(keys, FloatTileWriter.Ending.SCALE, rows, 2).code());
      }
      FloatLoads values = FloatLoads.quantizedValues(68);
      codes.add(new FloatTileWriter(values, FloatTileWriter.Ending.MORE, rows, 1).code());
    }
    codes.add(new SoftmaxWriter().code());
    codes.add(new QuantizeWriter().code());
    codes.add(new Quantize256Writer().code());
    codes.add(ElementWriter.code(Activation.GELU, true));
    for (byte[] code : codes) {
      List<String> lines = read(code);
      assertEquals("ret", lines.getLast());
      for (String line : lines) {
        assertFalse(line.toLowerCase(Locale.ROOT).contains("(bad)"), line);
      }
    }
  }

  /** Older versions of objdump say where a value is for all lanes with {@code {1to16}}. */
  private static String plain(String line) {
    return line.replaceFirst("DWORD PTR (\\[.*])\\{1to16}", "DWORD BCST $1");
  }

  @Test
  void registersOfAllKindsAreWritten() throws IOException, InterruptedException {
    Assembler a = new Assembler();
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
    VexAssembler.Constant first = a.lanes(0x01020304);
    VexAssembler.Constant second = a.lanes(-1);
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
          whole(writer);
        }
      }
    }
  }

  private void whole(ProductWriter writer) throws IOException, InterruptedException {
    List<String> lines = read(writer.code());
    int end = lines.indexOf("ret"); // constants may follow
    assertTrue(end > 80, end + " instructions");
    for (String line : lines.subList(0, end)) {
      assertFalse(line.toLowerCase(Locale.ROOT).contains("(bad)"), line);
    }
  }
}
