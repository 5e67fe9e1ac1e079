package io.wasmchord.api;

import java.util.List;

/**
 * What a host knows of a request beside its JSON.
 *
 * @param call what the caller calls, for messages: {@code chat.completions.create}, or a path
 * @param hostOptions options that the host has taken out and met itself, such as a signal
 * @param freshSeed of the random numbers, where the request names no seed
 */
public record RequestContext(String call, List<String> hostOptions, long freshSeed) {
  public RequestContext {
    hostOptions = List.copyOf(hostOptions);
  }
}
