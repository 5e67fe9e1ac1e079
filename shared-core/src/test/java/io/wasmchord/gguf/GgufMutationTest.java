package io.wasmchord.gguf;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.wasmchord.bytes.HeapMemory;
import io.wasmchord.errors.ChordException;
import io.wasmchord.model.transformer.ModelLoader;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Damaged headers: each parses or is refused with a typed error, in bounded memory. */
class GgufMutationTest {
  private static final int FILES = 24_000;
  private static final int WARM = 1000;
  private static final long[] WILD = {
    0,
    1,
    -1,
    0x7F,
    0xFF,
    0x7FFF,
    0xFFFF,
    0x7FFFFFFFL,
    0xFFFFFFFFL,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  @Test
  @Timeout(600) // one that hangs
  void everyMutationParsesOrIsRefused() {
    List<byte[]> seeds =
        List.of(
            Seeds.bytes(Seeds.withAllValues()),
            Seeds.bytes(Seeds.withTensors(32)),
            Seeds.bytes(Seeds.withTensors(8)));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int seed = 0; seed < WARM; seed++) { // what classes allocate once does not count
      parse(mutate(seeds.get(seed % seeds.size()).clone(), new Random(seed)), seed, true);
    }
    int parsed = 0;
    for (int seed = 0; seed < FILES; seed++) {
      Random random = new Random(seed);
      byte[] bytes = mutate(seeds.get(seed % seeds.size()).clone(), random);
      long before = threads.getCurrentThreadAllocatedBytes();
      parsed += parse(bytes, seed, random.nextBoolean()) ? 1 : 0;
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(
          allocated <= 200_000 + 64L * bytes.length, "seed " + seed + " allocated " + allocated);
    }
    System.out.println("GGUF mutations: seeds 0 to " + (FILES - 1) + ", " + parsed + " parsed");
    assertTrue(parsed > FILES / 50 && parsed < FILES, parsed + " parsed");
  }

  private static boolean parse(byte[] bytes, int seed, boolean sizeKnown) {
    boolean parsed = false;
    try {
      GgufFile file =
          GgufReader.parse(HeapMemory.wrap(bytes), sizeKnown ? bytes.length : -1, "mutant");
      parsed = true;
      ModelLoader.inspect(file);
    } catch (ChordException e) {
      return parsed;
    } catch (RuntimeException | Error e) {
      return fail("seed " + seed, e);
    }
    return true;
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> {
          long wild = WILD[random.nextInt(WILD.length)];
          for (int i = 0; i < 8 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (wild >> (8 * i));
          }
        }
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, random.nextInt(bytes.length + 1)));
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(40), bytes.length - Math.max(from, at));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }
}
