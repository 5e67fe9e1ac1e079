package io.wasmchord.e2e;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.Completion;
import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.Need;
import io.wasmchord.backend.WrappedBackend;

/** Asks the backend about every command before it submits it, as a model's load does. */
final class CheckedBackend extends WrappedBackend {
  /** What stands in place of the digest of a case that a backend does not run. */
  static final String LEFT_OUT = "left out";

  /** A command that the backend says it cannot run. */
  static final class LeftOutException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  CheckedBackend(ComputeBackend inner) {
    super(inner);
  }

  @Override
  public Completion submit(Commands commands) {
    for (Command command : commands.list()) {
      for (Need need : Need.of(command)) {
        if (!supports(need.op(), need.type())) {
          throw new LeftOutException();
        }
      }
    }
    return super.submit(commands);
  }
}
