package io.wasmchord.chat.jinja.value;

/** A macro, a method of a value or a function of the host. */
public final class FunctionValue implements Value {
  /** What the function does. */
  @FunctionalInterface
  public interface Body {
    Value call(Arguments arguments, Run run);
  }

  private final String name;
  private final Body body;

  public FunctionValue(String name, Body body) {
    this.name = name;
    this.body = body;
  }

  public String name() {
    return name;
  }

  public Value call(Arguments arguments, Run run) {
    run.enter();
    Value result = body.call(arguments, run);
    run.leave();
    return result;
  }
}
