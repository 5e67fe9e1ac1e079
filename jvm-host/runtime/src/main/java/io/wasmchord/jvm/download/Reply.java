package io.wasmchord.jvm.download;

import io.wasmchord.jvm.download.DownloadException.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer whose headers make sense: a body with the bytes from {@code offset} to {@code end}.
 *
 * @param end the byte after the last one of the body, or -1 where only its end will tell
 */
record Reply(Source source, long offset, long end) {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  /**
   * Reads the headers.
   *
   * @param asked where the body should begin
   * @throws Retry when another try may help; with {@code source_changed} it must begin anew
   * @throws DownloadException when it would not
   */
  static Reply of(DownloadRequest request, HttpSource.Answer answer, long asked) throws Retry {
    Exchange exchange = answer.exchange();
    int status = exchange.status();
    if (status == 416 && asked > 0) {
      throw new Retry(
          request.error(
              Kind.SOURCE_CHANGED, "the file is shorter than it was (416); download it again"));
    }
    if (status != 200 && status != 206) {
      throw refused(request, exchange);
    }
    String type = exchange.header("content-type").toLowerCase(Locale.ROOT);
    if (type.startsWith("text/html")) {
      throw request.error(
          Kind.NOT_A_MODEL,
          "the server sent a web page; name the file itself (on a hub: the download link)");
    }
    String encoding = exchange.header("content-encoding").toLowerCase(Locale.ROOT);
    if (!encoding.isEmpty() && !encoding.equals("identity")) {
      throw bad(request, "the body is encoded with " + encoding + ", which nobody asked for");
    }
    return status == 206 ? partial(request, answer, asked) : whole(request, answer);
  }

  private static Reply whole(DownloadRequest request, HttpSource.Answer answer) throws Retry {
    Exchange exchange = answer.exchange();
    long length = number(exchange.header("content-length"));
    if (length >= 0 && answer.linkedSize() >= 0 && length != answer.linkedSize()) {
      throw bad(request, length + " bytes are offered of a file of " + answer.linkedSize());
    }
    long size = Math.max(length, answer.linkedSize());
    boolean endSeen = exchange.header("transfer-encoding").equalsIgnoreCase("chunked");
    if (size < 0 && !endSeen && request.sha256().isEmpty()) {
      throw request.error(
          Kind.BAD_RESPONSE,
          "the server does not say how long the file is, so half of it could pass for all;"
              + " give its digest with --sha256");
    }
    return new Reply(source(answer, size), 0, size);
  }

  private static Reply partial(DownloadRequest request, HttpSource.Answer answer, long asked)
      throws Retry {
    Exchange exchange = answer.exchange();
    String text = exchange.header("content-range");
    Matcher range = CONTENT_RANGE.matcher(text);
    if (asked == 0 || !range.matches()) {
      throw bad(request, "Content-Range '" + text + "' is no answer to bytes " + asked + "-");
    }
    long end = number(range.group(2)) + 1;
    long total = number(range.group(3));
    long length = number(exchange.header("content-length"));
    if (number(range.group(1)) != asked
        || end <= asked
        || (total >= 0 && end > total)
        || (length >= 0 && length != end - asked)) {
      throw bad(
          request,
          "Content-Range '"
              + text
              + "' with "
              + length
              + " bytes is no answer to bytes "
              + asked
              + "-");
    }
    return new Reply(source(answer, total >= 0 ? total : answer.linkedSize()), asked, end);
  }

  private static Source source(HttpSource.Answer answer, long size) {
    Exchange e = answer.exchange();
    return new Source(e.header("etag"), e.header("last-modified"), answer.linkedSha256(), size);
  }

  private static Retry bad(DownloadRequest request, String what) {
    return new Retry(request.error(Kind.BAD_RESPONSE, what + "; the server or a proxy is broken"));
  }

  private static Retry refused(DownloadRequest request, Exchange exchange) {
    int status = exchange.status();
    String remedy =
        switch (status) {
          case 401, 403 ->
              "the file is private or needs its terms accepted, or does not exist; check the"
                  + " address, and set HF_TOKEN to a token that may read it";
          case 404, 410 -> "there is no such file; check owner, repository, file and revision";
          case 429 -> "too many requests; wait a while, or set HF_TOKEN to be counted by name";
          default ->
              status >= 500 ? "the server has a problem; try again later" : "check the address";
        };
    DownloadException error =
        request.error(Kind.HTTP_ERROR, "the server answered " + status + ": " + remedy);
    if (status == 408 || status == 425 || status == 429 || status >= 500) {
      return new Retry(error, retryAfter(exchange.header("retry-after")));
    }
    throw error;
  }

  /** A Retry-After header: seconds or a date. */
  private static Duration retryAfter(String text) {
    long seconds = number(text);
    if (seconds >= 0) {
      return Duration.ofSeconds(seconds);
    }
    try {
      Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), when);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  /** A header's number, or -1. */
  static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }
}
