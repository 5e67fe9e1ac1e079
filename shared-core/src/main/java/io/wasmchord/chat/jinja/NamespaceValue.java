package io.wasmchord.chat.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code namespace()} makes: attributes that can be set from inner scopes. */
final class NamespaceValue implements Value {
  private final Map<String, Value> attributes = new LinkedHashMap<>();

  Map<String, Value> attributes() {
    return attributes;
  }
}
