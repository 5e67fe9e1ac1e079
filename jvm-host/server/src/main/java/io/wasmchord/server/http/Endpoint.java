package io.wasmchord.server.http;

import java.io.IOException;

/** Answers calls of one method and path, of any number of threads. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers a call to its end.
   *
   * @throws ApiError when it is refused
   * @throws ClientGoneException when nobody waits for the answer any more
   * @throws io.wasmchord.errors.ChordException when the request cannot be met
   */
  void answer(Call call) throws IOException;
}
