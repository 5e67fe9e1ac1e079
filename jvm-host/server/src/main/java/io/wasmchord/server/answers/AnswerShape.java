package io.wasmchord.server.answers;

import io.wasmchord.json.JsonObject;
import io.wasmchord.server.http.Framing;
import java.util.List;
import java.util.function.Function;

/**
 * How an answer goes to the client.
 *
 * @param framing where it is sent in parts
 * @param last the last parts, made of the answer's end
 */
public record AnswerShape(Framing framing, Function<JsonObject, List<JsonObject>> last) {
  /** Whose end is its last part. */
  public static AnswerShape of(Framing framing) {
    return new AnswerShape(framing, List::of);
  }
}
