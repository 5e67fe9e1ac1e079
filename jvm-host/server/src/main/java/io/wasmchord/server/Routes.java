package io.wasmchord.server;

import io.wasmchord.server.http.ApiError;
import io.wasmchord.server.http.Endpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which endpoint answers which method and path. */
final class Routes {
  /**
   * A path's endpoint.
   *
   * @param path as it was registered
   */
  record Route(String path, Endpoint endpoint) {}

  private final Map<String, Map<String, Route>> byPath = new LinkedHashMap<>();
  private final Map<String, Function<String, Endpoint>> below = new LinkedHashMap<>();

  Routes get(String path, Endpoint endpoint) {
    return add("GET", path, endpoint);
  }

  Routes post(String path, Endpoint endpoint) {
    return add("POST", path, endpoint);
  }

  /** Of whatever comes after {@code prefix}, which is given. */
  Routes getBelow(String prefix, Function<String, Endpoint> endpoint) {
    below.put(prefix, endpoint);
    return this;
  }

  private Routes add(String method, String path, Endpoint endpoint) {
    byPath.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, new Route(path, endpoint));
    return this;
  }

  /** Whether there is such a path. */
  boolean has(String path) {
    return byPath.containsKey(path) || prefix(path) != null;
  }

  private @Nullable String prefix(String path) {
    return below.keySet().stream().filter(path::startsWith).findFirst().orElse(null);
  }

  private Route below(String prefix, String path) {
    Function<String, Endpoint> made = below.get(prefix);
    if (made == null) {
      throw new IllegalStateException(prefix);
    }
    return new Route(prefix + "{id}", made.apply(path.substring(prefix.length())));
  }

  /**
   * The route of a call.
   *
   * @throws ApiError when there is none
   */
  Route find(String method, String path) {
    String asked = method.equals("HEAD") ? "GET" : method;
    Map<String, Route> methods = byPath.get(path);
    Route route = methods == null ? null : methods.get(asked);
    if (route != null) {
      return route;
    }
    String prefix = prefix(path);
    if (methods == null && prefix != null && asked.equals("GET")) {
      return below(prefix, path);
    }
    if (methods == null && prefix == null) {
      throw ApiError.refused(404, "not_found", "there is no " + method + " " + path);
    }
    throw ApiError.refused(
        405,
        "method_not_allowed",
        path + " takes " + (methods == null ? "GET" : String.join(", ", methods.keySet())));
  }
}
