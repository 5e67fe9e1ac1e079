package io.wasmchord.server.http;

/** Nobody waits for the answer any more. */
public final class ClientGoneException extends RuntimeException {
  ClientGoneException() {
    super("the client has closed its connection");
  }
}
