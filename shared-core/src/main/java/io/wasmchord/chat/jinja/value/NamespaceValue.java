package io.wasmchord.chat.jinja.value;

/** What {@code namespace()} makes: attributes that can be set from inner scopes. */
public final class NamespaceValue implements Value {
  private final DictValue attributes = new DictValue();

  public DictValue attributes() {
    return attributes;
  }
}
