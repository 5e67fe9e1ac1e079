package io.wasmchord.web.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Rewrites a module's memory import so that it accepts any shared memory of up to 4 GiB. The
 * compiler declares the size of its own buffers, and 2 GiB at most. Where a browser shares no
 * memory, engine-file.js changes the byte of its flags. The build runs this file as a source, with
 * whichever Java runs Maven.
 */
public final class MemoryLimits {
  private static final int HEADER = 8;
  private static final int IMPORT_SECTION = 2;
  private static final int FUNCTION = 0;
  private static final int TABLE = 1;
  private static final int MEMORY = 2;
  private static final int GLOBAL = 3;
  private static final int MIN_PAGES = 1;
  private static final int MAX_PAGES = 65536;

  private static final int SHARED_WITH_MAXIMUM = 3;

  private final byte[] module;
  private int at;

  private MemoryLimits(byte[] module) {
    this.module = module;
  }

  /**
   * Rewrites a file; with a second name, compares the result with that file, which the compiler
   * made of the same classes.
   *
   * @throws IllegalStateException where a byte differs
   */
  public static void main(String[] files) throws IOException {
    Path path = Path.of(files[0]);
    Files.write(path, widen(Files.readAllBytes(path)));
    if (files.length > 1) {
      long at = Files.mismatch(path, Path.of(files[1]));
      if (at >= 0) {
        throw new IllegalStateException(
            "a second build of " + files[1] + " differs from the first at byte " + at);
      }
    }
  }

  /** The module with an import of a shared memory of 1 to 65536 pages. */
  static byte[] widen(byte[] module) {
    return new MemoryLimits(module).rewrite();
  }

  private byte[] rewrite() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(module.length + 16);
    out.write(module, 0, HEADER);
    at = HEADER;
    while (at < module.length) {
      int id = module[at++];
      int size = u32();
      int start = at;
      if (id == IMPORT_SECTION) {
        byte[] imports = imports(start + size);
        out.write(id);
        u32(out, imports.length);
        out.write(imports, 0, imports.length);
      } else {
        out.write(id);
        u32(out, size);
        out.write(module, start, size);
      }
      at = start + size;
    }
    return out.toByteArray();
  }

  private byte[] imports(int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    u32(out, u32());
    while (at < end) {
      int start = at;
      skipName();
      skipName();
      int kind = module[at++];
      if (kind == MEMORY) {
        out.write(module, start, at - start);
        int flags = module[at++];
        u32();
        if ((flags & 1) != 0) {
          u32();
        }
        out.write(SHARED_WITH_MAXIMUM);
        u32(out, MIN_PAGES);
        u32(out, MAX_PAGES);
      } else {
        skip(kind);
        out.write(module, start, at - start);
      }
    }
    return out.toByteArray();
  }

  private void skipName() {
    int length = u32();
    at += length;
  }

  private void skip(int kind) {
    switch (kind) {
      case FUNCTION -> u32();
      case TABLE -> {
        skipType();
        if ((module[at++] & 1) != 0) {
          u32();
        }
        u32();
      }
      case GLOBAL -> {
        skipType();
        at++;
      }
      default -> { // a tag
        at++;
        u32();
      }
    }
  }

  /** A value type: one byte, or a reference with its heap type. */
  private void skipType() {
    int code = module[at++] & 0xFF;
    if (code == 0x63 || code == 0x64) {
      u32();
    }
  }

  private int u32() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      int b = module[at++];
      value |= (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static void u32(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7F) != 0) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
