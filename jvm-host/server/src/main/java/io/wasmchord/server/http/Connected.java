package io.wasmchord.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Looks whether a client is still there, while nothing is written to it. A client that has sent all
 * of its request sends nothing more until it has its answer; what can be read then is the
 * connection's end. A client that sends another request already has it answered on another
 * connection: this one is closed after the answer.
 */
final class Connected {
  private static final long LOOK_NANOS = 50_000_000;

  private final EndPoint line;
  private long looked = System.nanoTime();
  private boolean gone;
  private boolean more; // has come, and was not for us

  Connected(EndPoint line) {
    this.line = line;
  }

  /** Whether the client has closed the connection; asked often, it looks now and then. */
  boolean gone() {
    long now = System.nanoTime();
    if (!gone && now - looked >= LOOK_NANOS) {
      looked = now;
      gone = !line.isOpen() || (!more && ended());
    }
    return gone;
  }

  private boolean ended() {
    ByteBuffer one = BufferUtil.allocate(1);
    try {
      int read = line.fill(one);
      more = read > 0;
      return read < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether the connection cannot be used again, since something was read of it. */
  boolean used() {
    return more;
  }

  void close() {
    line.close();
  }
}
