package io.wasmchord.chat.jinja;

/** What {@code namespace()} makes: attributes that can be set from inner scopes. */
final class NamespaceValue implements Value {
  private final DictValue attributes = new DictValue();

  DictValue attributes() {
    return attributes;
  }
}
