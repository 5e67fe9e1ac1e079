package io.wasmchord.server;

import io.wasmchord.errors.InvalidRequestException;
import java.time.Duration;

/**
 * What requests may take.
 *
 * @param parallel answers of a model at a time, each with a session of its own
 * @param queue requests that wait, before others are refused
 * @param bodyBytes of a request
 * @param maxTokens of an answer
 * @param time of a request, from its arrival to its answer's end
 * @param modelBytes of all loaded models together; one alone may have more
 * @param grace how long answers may go on after the server was told to stop
 */
public record ServerLimits(
    int parallel,
    int queue,
    long bodyBytes,
    int maxTokens,
    Duration time,
    long modelBytes,
    Duration grace) {
  private static final int MOST_THREADS = 10_000;

  /** What holds where nothing else is said. */
  public static final ServerLimits DEFAULT =
      new ServerLimits(
          4,
          64,
          8L << 20,
          Integer.MAX_VALUE,
          Duration.ofMinutes(10),
          Long.MAX_VALUE,
          Duration.ofSeconds(30));

  public ServerLimits {
    check("parallel", parallel, 1, MOST_THREADS);
    check("queue", queue, 0, MOST_THREADS);
    check("body bytes", bodyBytes, 1, Integer.MAX_VALUE - 16);
    check("max tokens", maxTokens, 1, Integer.MAX_VALUE);
    check("seconds of a request", time.toSeconds(), 1, Integer.MAX_VALUE);
    check("bytes of models", modelBytes, 1, Long.MAX_VALUE);
  }

  private static void check(String what, long given, long least, long most) {
    if (given < least || given > most) {
      throw new InvalidRequestException(
          what + " is " + given + "; it is from " + least + " to " + most);
    }
  }

  /** The same with so many answers at a time, and so many requests that wait. */
  public ServerLimits withRequests(int answers, int waiting) {
    return new ServerLimits(answers, waiting, bodyBytes, maxTokens, time, modelBytes, grace);
  }

  /** The same with other limits of a request. */
  public ServerLimits withRequest(long bytes, int tokens, Duration most) {
    return new ServerLimits(parallel, queue, bytes, tokens, most, modelBytes, grace);
  }

  /** The same with other bytes of models. */
  public ServerLimits withModelBytes(long bytes) {
    return new ServerLimits(parallel, queue, bodyBytes, maxTokens, time, bytes, grace);
  }

  /** The same with another time to stop in. */
  public ServerLimits withGrace(Duration other) {
    return new ServerLimits(parallel, queue, bodyBytes, maxTokens, time, modelBytes, other);
  }
}
