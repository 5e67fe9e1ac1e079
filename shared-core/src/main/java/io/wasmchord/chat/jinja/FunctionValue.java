package io.wasmchord.chat.jinja;

/** A macro, a method of a value or a function of the host. */
final class FunctionValue implements Value {
  /** What the function does. */
  @FunctionalInterface
  interface Body {
    Value call(Arguments arguments, Run run);
  }

  private final String name;
  private final Body body;

  FunctionValue(String name, Body body) {
    this.name = name;
    this.body = body;
  }

  String name() {
    return name;
  }

  Value call(Arguments arguments, Run run) {
    run.enter();
    Value result = body.call(arguments, run);
    run.leave();
    return result;
  }
}
