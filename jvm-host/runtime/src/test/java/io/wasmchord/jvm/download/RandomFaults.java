package io.wasmchord.jvm.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.wasmchord.host.RunControl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Random;

/** One download of a random file through random faults, then another without any. */
final class RandomFaults {
  private final Random random;
  private final long seed;
  private final Path target;
  private final int kind; // how the server identifies the file
  private int version;

  RandomFaults(long seed, Path folder) {
    this.seed = seed;
    this.random = new Random(seed);
    this.target = folder.resolve("m.gguf");
    this.kind = random.nextInt(6);
  }

  /** Returns whether the file came through the faults; fails when it is wrong. */
  boolean run() throws IOException {
    try (FaultyHttpServer server = new FaultyHttpServer(model())) {
      server.etag = etag();
      server.lastModified = date();
      server.linked = kind == 4;
      String sha256 = kind == 5 ? FaultyHttpServer.sha256(server.content) : "";
      int faults = random.nextInt(8);
      for (int i = 0; i < faults; i++) {
        server.script.add(fault(server.content.length));
      }
      DownloadRequest request =
          new DownloadRequest(
              new ModelAddress.Remote(URI.create(server.url("/m.gguf")), ""), target, sha256);
      boolean came = came(server, request);
      if (!came) {
        server.script.clear();
        damage();
        if (!came(server, request)) {
          throw new AssertionError("seed " + seed + ": failed without a fault");
        }
      }
      return came;
    }
  }

  private boolean came(FaultyHttpServer server, DownloadRequest request) throws IOException {
    try {
      Download.fetch(request, DownloadTest.policy(new ArrayList<>()), RunControl.NONE);
    } catch (DownloadException e) {
      if (server.script.isEmpty() && server.asked.isEmpty() || Files.exists(target)) {
        throw new AssertionError("seed " + seed, e);
      }
      return false;
    }
    assertArrayEquals(server.content, Files.readAllBytes(target), "seed " + seed);
    return true;
  }

  /** What a crash or a disk may do: a flipped bit, bytes that no journal knows, half a journal. */
  private void damage() throws IOException {
    Path part = target.resolveSibling("m.gguf.part");
    if (random.nextInt(3) == 0 && Files.exists(part)) {
      byte[] bytes = Files.readAllBytes(part);
      bytes[random.nextInt(bytes.length)] ^= 4;
      Files.write(part, bytes);
    } else if (random.nextInt(3) == 0 && Files.exists(part)) {
      Files.write(part, new byte[1 + random.nextInt(9000)], StandardOpenOption.APPEND);
    } else if (random.nextInt(5) == 0 && Files.exists(part)) {
      Files.writeString(target.resolveSibling("m.gguf.journal"), "complete=12");
    }
  }

  private byte[] model() {
    return model(10 + random.nextInt(200_000));
  }

  private byte[] model(int size) {
    return DownloadTest.model(size, random.nextLong());
  }

  private String etag() {
    return switch (kind) {
      case 0, 4, 5 -> "\"v" + version + "\"";
      case 1 -> "W/\"v" + version + "\"";
      default -> "";
    };
  }

  private String date() {
    return kind == 2 ? "Wed, 21 Oct 2015 07:28:0" + version % 10 + " GMT" : "";
  }

  private FaultyHttpServer.Fault fault(int size) {
    int at = random.nextInt(size);
    return switch (random.nextInt(10)) {
      case 0 -> FaultyHttpServer.status(500 + random.nextInt(5), "", "");
      case 1 -> FaultyHttpServer.status(429, "Retry-After", "" + random.nextInt(400));
      case 2 -> FaultyHttpServer.ignoreRange(at);
      case 3 -> FaultyHttpServer.wrongRange();
      case 4 -> kind >= 4 ? FaultyHttpServer.shortBody(at) : FaultyHttpServer.drop(at);
      case 5 -> kind >= 4 ? FaultyHttpServer.corrupt(at) : FaultyHttpServer.drop(at);
      case 6 -> kind == 5 ? FaultyHttpServer.drop(at) : change(size);
      case 7 ->
          random.nextInt(4) == 0 ? FaultyHttpServer.page("text/html") : FaultyHttpServer.drop(at);
      default -> FaultyHttpServer.drop(at);
    };
  }

  /** Another file; without anything to tell it by, the client must not even try to go on. */
  private FaultyHttpServer.Fault change(int size) {
    version++;
    byte[] other = random.nextBoolean() ? model(size) : model(); // also of the same size
    return FaultyHttpServer.change(other, etag(), date(), random.nextInt(other.length + 1000));
  }
}
