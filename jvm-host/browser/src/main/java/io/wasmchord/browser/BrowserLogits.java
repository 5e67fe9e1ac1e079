package io.wasmchord.browser;

import io.wasmchord.cli.demo.DemoServer;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Logits computed by the engine in a browser, through the JS module. */
public final class BrowserLogits {
  private static final String COMPUTE =
      """
      async ({ url, tokens, positions, greedy, simd, threads, backend, gpuLayers }) => {
        const chord = await WasmChord.load(url, { contextLength: tokens.length + greedy + 1, simd, threads, backend, ...(gpuLayers > 0 ? { gpuLayers } : {}) });
        try {
          const result = await chord.logits(tokens, { positions, greedy });
          const bytes = new Uint8Array(result.data.buffer, result.data.byteOffset, result.data.byteLength);
          let text = '';
          for (let i = 0; i < bytes.length; i += 32768) {
            text += String.fromCharCode(...bytes.subarray(i, i + 32768));
          }
          return { rows: result.rows, columns: result.columns, data: btoa(text), greedy: result.greedy };
        } finally {
          await chord.dispose();
        }
      }
      """;

  private BrowserLogits() {}

  /**
   * @param rows rows of logits
   * @param columns the vocabulary
   * @param data little-endian float32, row-major
   * @param greedy the greedy ids that followed
   */
  public record Result(int rows, int columns, byte[] data, List<Integer> greedy) {
    public float[] floats() {
      float[] values = new float[data.length / 4];
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

  /**
   * What to compute and how.
   *
   * @param tokens fed first
   * @param positions {@code all} for a row per position, {@code last} for one
   * @param greedy how many tokens of the model's own choice follow
   * @param simd {@code auto}, {@code relaxed}, {@code simd128} or {@code none}
   * @param threads that compute
   * @param backend {@code auto}, {@code webgpu}, {@code simd} or {@code scalar}
   * @param gpuLayers layers that the GPU computes; 0 for all
   */
  public record Request(
      List<Integer> tokens,
      String positions,
      int greedy,
      String simd,
      int threads,
      String backend,
      int gpuLayers) {
    /** On the CPU. */
    public Request(List<Integer> tokens, String positions, int greedy, String simd, int threads) {
      this(tokens, positions, greedy, simd, threads, "auto", 0);
    }

    boolean onGpu() {
      return backend.equals("webgpu");
    }
  }

  /** Loads the model at {@code url} and computes. */
  @SuppressWarnings("unchecked")
  public static Result compute(EnginePage page, String url, Request r) {
    Map<String, Object> result =
        (Map<String, Object>)
            page.evaluate(
                COMPUTE,
                Map.of(
                    "url", url,
                    "tokens", r.tokens,
                    "positions", r.positions,
                    "greedy", r.greedy,
                    "simd", r.simd,
                    "threads", r.threads,
                    "backend", r.backend,
                    "gpuLayers", r.gpuLayers));
    return new Result(
        ((Number) field(result, "rows")).intValue(),
        ((Number) field(result, "columns")).intValue(),
        Base64.getDecoder().decode((String) field(result, "data")),
        ((List<Number>) field(result, "greedy")).stream().map(Number::intValue).toList());
  }

  private static Object field(Map<String, Object> result, String name) {
    return Objects.requireNonNull(result.get(name), name);
  }

  /** Starts a browser and a server of the site and of {@code file}, and computes. */
  static Result compute(Path file, Request request) throws IOException {
    Path real = file.toRealPath(); // the server follows no links
    Map<String, Path> mounts = Map.of("/models", real.getParent());
    try (DemoServer server = DemoServer.start(EnginePage.site(), 0, mounts);
        Chromium chromium = request.onGpu() ? Chromium.withGpu() : Chromium.start();
        EnginePage page = new EnginePage(chromium, server)) {
      return compute(page, address(server, real), request);
    }
  }

  /** Where {@code server} has {@code file}, whose folder it serves as {@code /models}. */
  static String address(DemoServer server, Path file) {
    String path = "/models/" + file.getFileName();
    try {
      return new URI("http", null, "127.0.0.1", server.port(), path, null, null).toASCIIString();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e); // not of a path that begins with a slash
    }
  }
}
