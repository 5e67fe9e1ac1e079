package io.wasmchord.server.models;

import io.wasmchord.chat.ChatFormats;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.slots.Slots;
import io.wasmchord.jvm.slots.WaitingLine;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Function;

/** A loaded model that answers requests, for any number of threads. */
public final class ServedModel {
  private final String name;
  private final LoadedModel model;
  private final Slots slots;
  private final ChatFormats formats; // guarded by itself, as the formats that it gives

  ServedModel(String name, LoadedModel model, int parallel, WaitingLine line) {
    this.name = name;
    this.model = model;
    this.slots = new Slots(model, parallel, line);
    this.formats =
        new ChatFormats(
            model.file(),
            model.tokenizer(),
            () -> LocalDateTime.now(ZoneId.systemDefault()).toEpochSecond(ZoneOffset.UTC));
  }

  /** What requests call it. */
  public String name() {
    return name;
  }

  public LoadedModel model() {
    return model;
  }

  public Slots slots() {
    return slots;
  }

  /** Does something with the formats of its chats, as the only thread. */
  public <T> T withFormats(Function<ChatFormats, T> work) {
    synchronized (formats) {
      return work.apply(formats);
    }
  }

  /** How long its load took, in milliseconds. */
  public double loadMs() {
    return model.loadNanos() / 1e6;
  }

  /** Bytes that it takes: of its files, or what was copied of them, with its sessions' caches. */
  long bytes() {
    return Math.max(model.fileBytes(), model.allocatedBytes());
  }

  void close() {
    slots.close();
    model.close();
  }
}
