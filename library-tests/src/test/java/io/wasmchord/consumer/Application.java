package io.wasmchord.consumer;

import io.wasmchord.errors.ChordException;
import io.wasmchord.jvm.LoadedModel;
import java.nio.file.Path;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** A program that opens a model twice and prints what computes, and what was logged. */
final class Application {
  private static final Logger LOGGER = Logger.getLogger("io.wasmchord");

  private Application() {}

  private static final class Printing extends Handler {
    @Override
    public void publish(LogRecord record) {
      System.out.println(
          "log " + record.getLoggerName() + " " + record.getLevel() + " " + record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  public static void main(String[] arguments) {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(new Printing());
    try {
      for (int i = 0; i < 2; i++) {
        try (LoadedModel model = LoadedModel.builder(Path.of(arguments[0])).threads(1).load()) {
          System.out.println("backend " + model.backendName());
        }
      }
    } catch (ChordException e) {
      System.out.println("error " + e.code() + " " + e.getMessage());
      System.exit(2);
    }
  }
}
