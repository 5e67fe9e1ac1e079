package io.wasmchord.server.http;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The header {@code X-Chord-Prefix}, which names how a conversation begins. A balancer that sends
 * requests of one name to one server has them find their beginning in its cache. What a client
 * sends comes back in the answer; without it a chat gets a hash of its first messages.
 */
public final class PrefixHeader {
  /** The header's name. */
  public static final String NAME = "X-Chord-Prefix";

  private static final int BYTES = 8;
  private static final String TOKEN = "[!-~]{1,128}"; // nothing that could end a header

  private PrefixHeader() {}

  /** Sends back what the client has sent, if it can be a name. */
  public static void sendBack(Call call) {
    String given = call.header(NAME);
    if (given != null && given.matches(TOKEN)) {
      call.put(NAME, given);
    }
  }

  /** Names a chat that the client has not named; {@code body} has its messages. */
  public static void name(Call call, JsonObject body) {
    String given = call.header(NAME);
    if ((given == null || !given.matches(TOKEN))
        && body.get("messages") instanceof JsonArray messages) {
      call.put(NAME, of(messages.elements()));
    }
  }

  /**
   * The first 16 hexadecimal digits of SHA-256 over the messages up to the first one of a user, as
   * JSON without spaces, one after the other.
   */
  static String of(List<JsonValue> messages) {
    StringBuilder first = new StringBuilder();
    for (JsonValue message : messages) {
      first.append(JsonWriter.json(message));
      if (message instanceof JsonObject object
          && object.get("role") instanceof JsonValue.Text(String role)
          && role.equals("user")) {
        break;
      }
    }
    byte[] hash = sha256().digest(first.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
