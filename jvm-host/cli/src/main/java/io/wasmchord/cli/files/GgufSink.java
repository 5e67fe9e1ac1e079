package io.wasmchord.cli.files;

import io.wasmchord.gguf.GgufWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Streams for what a {@link GgufWriter} writes. */
public final class GgufSink {
  private GgufSink() {}

  /** Failures come as {@link UncheckedIOException}. */
  static GgufWriter.Sink of(OutputStream out) {
    return (bytes, offset, length) -> {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
