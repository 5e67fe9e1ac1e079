package io.wasmchord.server;

import io.wasmchord.errors.InvalidRequestException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where a server listens, and to whom it answers.
 *
 * @param host the address to listen at
 * @param port or 0 for any free one
 * @param apiKeys of which requests must name one; none are needed where there are none
 * @param open whether it may listen beyond this machine without keys
 * @param origins of pages elsewhere that may call it, or {@code *} for all
 * @param hosts names beside localhost by which it may be called where no key is needed
 * @param limits what requests may take
 * @param log is told what went wrong here, and not with a request
 */
public record ServerOptions(
    String host,
    int port,
    Set<String> apiKeys,
    boolean open,
    Set<String> origins,
    Set<String> hosts,
    ServerLimits limits,
    Consumer<String> log) {
  private static final int LAST_PORT = 65_535;

  /** An address of this machine alone. */
  public static final String LOOPBACK = "127.0.0.1";

  public ServerOptions {
    apiKeys = Set.copyOf(apiKeys);
    origins = Set.copyOf(origins);
    hosts = Set.copyOf(hosts);
    if (port < 0 || port > LAST_PORT) {
      throw new InvalidRequestException(
          "port " + port + " does not exist; give one of 1 to " + LAST_PORT + ", or 0 for any");
    }
    if (apiKeys.stream().anyMatch(String::isBlank)) {
      throw new InvalidRequestException("an API key is empty; leave it out, or give one");
    }
    if (apiKeys.isEmpty() && !open && !loopback(host)) {
      throw new InvalidRequestException(
          "at " + host + " anybody in reach could use the server; give an API key, or --open");
    }
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new InvalidRequestException("there is no host '" + host + "' to listen at");
    }
  }

  /** For programs of this machine alone, with the usual limits. */
  public static ServerOptions local(int port) {
    return new ServerOptions(
        LOOPBACK,
        port,
        Set.of(),
        false,
        Set.of(),
        Set.of(),
        ServerLimits.DEFAULT,
        text ->
            System.getLogger(ServerOptions.class.getPackageName())
                .log(System.Logger.Level.WARNING, text));
  }

  /** The same with other limits. */
  public ServerOptions withLimits(ServerLimits other) {
    return new ServerOptions(host, port, apiKeys, open, origins, hosts, other, log);
  }

  /** The same with keys, of which requests must name one. */
  public ServerOptions withKeys(Set<String> keys) {
    return new ServerOptions(host, port, keys, open, origins, hosts, limits, log);
  }

  /** The same for pages of other origins. */
  public ServerOptions withOrigins(Set<String> other) {
    return new ServerOptions(host, port, apiKeys, open, other, hosts, limits, log);
  }
}
