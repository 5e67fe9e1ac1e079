package io.wasmchord.jvm.download;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.download.DownloadException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Fetches one file. Bytes go to {@code NAME.part}, with a journal beside it; the next try, in this
 * run or another, asks only for what is missing. When all bytes are there and the digest is right,
 * the part becomes {@code NAME} and {@code NAME.info} says what it is.
 */
public final class Download {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
  private static final long REPORT_BYTES = 1 << 20;
  private static final int MAX_CHANGES = 3;

  private final DownloadRequest request;
  private final DownloadPolicy policy;
  private final RunControl control;
  private int changes;
  private long reported;

  private Download(DownloadRequest request, DownloadPolicy policy, RunControl control) {
    this.request = request;
    this.policy = policy;
    this.control = control;
  }

  /**
   * Fetches the file, unless it is there already.
   *
   * @param control sees the phases {@code download} and, while what an earlier run left is read
   *     again, or a file that is here is compared with the digest, {@code verify}; both in bytes
   * @return the target
   * @throws DownloadException when it cannot be had; what came is kept for the next call, except
   *     after {@code digest_mismatch} and {@code not_a_model}
   * @throws CancelledException when {@code control} says so; what came is kept
   */
  public static Path fetch(DownloadRequest request, DownloadPolicy policy, RunControl control) {
    if (present(request, control)) {
      return request.target();
    }
    try (DownloadLock _ = DownloadLock.take(request.target())) {
      if (!present(request, control)) { // another process may just have finished
        new Download(request, policy, control).run();
      }
    }
    return request.target();
  }

  /**
   * Whether the whole file is there; where a digest is asked for, with the bytes that it came with.
   *
   * @throws DownloadException with {@code digest_mismatch} when it came with another digest
   */
  static boolean present(DownloadRequest request, RunControl control) {
    Journal info = Journal.read(request.beside(PartialFile.INFO));
    try {
      if (info == null
          || !Files.isRegularFile(request.target())
          || Files.size(request.target()) != info.complete()) {
        return false;
      }
    } catch (IOException e) {
      throw PartialFile.failed(request.target(), e);
    }
    if (request.sha256().isEmpty()) {
      return true;
    }
    String actual = PartialFile.digest(request.target(), control);
    if (!request.sha256().equals(actual) && actual.equals(info.source().sha256())) {
      throw mismatch(request, actual, "delete " + request.target() + " or correct the digest");
    }
    return request.sha256().equals(actual); // or it was damaged since, and is fetched again
  }

  private void run() {
    try (PartialFile part = PartialFile.open(request, control);
        HttpSource http = new HttpSource(request, policy, control)) {
      int failures = 0;
      long furthest = part.complete();
      while (part.source().size() < 0 || part.complete() < part.source().size()) {
        try {
          transfer(part, http);
        } catch (Retry e) {
          if (e.error().kind() == Kind.SOURCE_CHANGED) {
            part.begin(Source.UNKNOWN);
            changed();
          } else {
            failures = part.complete() > furthest ? 1 : failures + 1;
            furthest = Math.max(furthest, part.complete());
            waitFor(e, failures);
          }
        }
      }
      finish(part);
    }
  }

  private void waitFor(Retry e, int failures) {
    if (failures >= policy.attempts() || e.atLeast().compareTo(policy.longestRetryAfter()) > 0) {
      throw e.error();
    }
    policy.pause().pause(policy.delay(failures, e.atLeast()), control);
    control.check();
  }

  private void changed() {
    if (++changes > MAX_CHANGES) {
      throw request.error(
          Kind.SOURCE_CHANGED,
          "the file changed " + changes + " times during the download; try again later");
    }
  }

  private void transfer(PartialFile part, HttpSource http) throws Retry {
    // Without a validator or a digest nobody could say that the rest belongs to what is there.
    String validator = part.source().validator();
    boolean known = !validator.isEmpty() || !expected(part.source()).isEmpty();
    long offset = known ? part.complete() : 0;
    // The hub's digest is compared below; the ETags of its stores may differ for the same bytes.
    String ifRange = part.source().sha256().isEmpty() ? validator : "";
    try (HttpSource.Answer answer = http.get(offset, ifRange)) {
      Reply reply = Reply.of(request, answer, offset);
      checkPromise(part, reply.source());
      boolean same = reply.source().mayBe(part.source());
      if (reply.offset() > 0 && !same) {
        throw new Retry(request.error(Kind.SOURCE_CHANGED, "the file changed; download it again"));
      }
      if (reply.offset() == 0) {
        if (part.complete() > 0 && !same) {
          changed();
        }
        part.begin(reply.source());
      }
      checkSpace(reply.source().size() - reply.offset());
      copy(part, answer.exchange(), reply.end());
    } catch (IOException e) {
      throw new Retry(
          request.error(
              Kind.NETWORK_ERROR,
              "the connection failed ("
                  + e.getClass().getSimpleName()
                  + (e.getMessage() == null ? "" : ", " + e.getMessage())
                  + "); check the network and call again, what came is kept"));
    }
  }

  private void copy(PartialFile part, Exchange exchange, long end) throws IOException, Retry {
    for (List<ByteBuffer> buffers = exchange.read(); buffers != null; buffers = exchange.read()) {
      boolean head = part.complete() < MAGIC.length;
      for (ByteBuffer buffer : buffers) {
        if (end >= 0 && part.complete() + buffer.remaining() > end) {
          throw new Retry(
              request.error(Kind.BAD_RESPONSE, "the server sends more than " + end + " bytes"));
        }
        part.append(buffer);
      }
      if (head) {
        checkMagic(part);
      }
      if (part.complete() - reported >= REPORT_BYTES || part.complete() < reported) {
        report(part);
      }
    }
    if (end >= 0 && part.complete() < end) {
      throw new IOException("the body ended after " + part.complete() + " of " + end + " bytes");
    }
    if (end < 0) {
      part.end();
    }
  }

  private void report(PartialFile part) {
    reported = part.complete();
    control.progress("download", part.complete(), part.source().size());
  }

  private void checkMagic(PartialFile part) {
    if (!part.beginsWith(MAGIC)) {
      part.delete();
      throw request.error(
          Kind.NOT_A_MODEL, "the file does not begin with GGUF; name a .gguf file itself");
    }
  }

  private void checkPromise(PartialFile part, Source source) {
    if (!request.sha256().isEmpty()
        && !source.sha256().isEmpty()
        && !request.sha256().equals(source.sha256())) {
      part.delete();
      throw mismatch(request, source.sha256(), "correct the digest or name another revision");
    }
  }

  private void checkSpace(long needed) {
    Path folder = request.target().toAbsolutePath().resolveSibling("");
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (needed > free) {
        throw request.error(
            Kind.OUT_OF_DISK,
            needed
                + " bytes are still to come, and "
                + folder
                + " has "
                + free
                + " free; free some space, or name another disk with --cache-dir");
      }
    } catch (IOException e) {
      throw PartialFile.failed(folder, e);
    }
  }

  /** The digest that the file must have; empty if nobody knows it. */
  private String expected(Source source) {
    return request.sha256().isEmpty() ? source.sha256() : request.sha256();
  }

  private void finish(PartialFile part) {
    report(part);
    if (part.complete() < MAGIC.length) {
      part.delete();
      throw request.error(Kind.NOT_A_MODEL, "the file is empty; name another");
    }
    String actual = part.digest();
    String expected = expected(part.source());
    if (!expected.isEmpty() && !expected.equals(actual)) {
      part.delete();
      throw mismatch(request, actual, "the bytes were damaged on the way; download it again");
    }
    part.finish(actual);
  }

  private static DownloadException mismatch(DownloadRequest r, String actual, String remedy) {
    String wanted = r.sha256().isEmpty() ? "not the one that the hub reports" : "not " + r.sha256();
    return r.error(
        Kind.DIGEST_MISMATCH, "the file's SHA-256 is " + actual + ", " + wanted + "; " + remedy);
  }
}
