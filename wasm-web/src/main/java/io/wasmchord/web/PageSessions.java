package io.wasmchord.web;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.gguf.ModelFingerprint;
import io.wasmchord.host.Clock;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.Model;
import io.wasmchord.model.residency.CacheOptions;
import io.wasmchord.session.Prefixes;
import io.wasmchord.session.Session;
import io.wasmchord.session.SessionReader;
import io.wasmchord.session.SessionWriter;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sessions that a page keeps, each with a cache of its own beside those of the slots. One at a time
 * is saved or restored: its bytes pass through a piece of linear memory.
 */
final class PageSessions {
  private final ModelHeader header;
  private final Model model;
  private final CacheOptions cache;
  private final int context;
  private final LinearAllocator allocator;
  private final Prefixes prefixes;
  private final Map<Integer, Session> sessions = new HashMap<>();
  private int last;
  private @Nullable SessionWriter writer;
  private @Nullable SessionReader reader;
  private @Nullable LinearMemory buffer;

  /**
   * @param cache of new sessions
   * @param context of new sessions, unless they want another one
   * @param prefixes of all that the model computes
   */
  PageSessions(
      ModelHeader header,
      Model model,
      CacheOptions cache,
      int context,
      LinearAllocator allocator,
      Prefixes prefixes) {
    this.header = header;
    this.model = model;
    this.cache = cache;
    this.context = context;
    this.allocator = allocator;
    this.prefixes = prefixes;
  }

  /** Bytes of their caches. */
  long cacheBytes() {
    return sessions.values().stream().mapToLong(Session::cacheBytes).sum();
  }

  /**
   * Makes one.
   *
   * @param wanted its context, or 0 for the usual one
   * @return its number
   */
  int open(int wanted) {
    header.config().requireDecoder();
    int positions = wanted == 0 ? context : wanted;
    return joined(new Session(model, header.tokenizer(), positions, cache, Clock.system()));
  }

  private int joined(Session session) {
    session.join(prefixes);
    return add(session);
  }

  private int add(Session session) {
    last++;
    sessions.put(last, session);
    return last;
  }

  Session get(int number) {
    Session session = sessions.get(number);
    if (session == null) {
      throw new InvalidRequestException("the session was disposed of; make a new one");
    }
    return session;
  }

  /** Makes one that begins as another one; its number. */
  int copy(int number) {
    return add(get(number).copy());
  }

  /** How much of it is used. */
  JsonObject describe(int number) {
    Session session = get(number);
    return JsonObject.builder()
        .put("tokens", session.position())
        .put("contextLength", session.contextLength())
        .put("bytes", session.cacheBytes())
        .build();
  }

  /** Ends it and frees its cache; nothing happens where that was done. */
  void close(int number) {
    Session session = sessions.remove(number);
    if (session != null) {
      session.close();
    }
  }

  /** Begins to save one. */
  void save(int number, String notes) {
    endTransfer();
    writer = get(number).save(ModelFingerprint.of(header.file()), notes);
  }

  /** Where the next of its bytes lie, {@code {address, bytes}}; null after the last. */
  JsonValue nextSaved() {
    byte[] next = writer == null ? null : writer.next();
    if (next == null) {
      endTransfer();
      return JsonValue.ofNull();
    }
    LinearMemory memory = buffer(next.length);
    memory.putBytes(0, next, 0, next.length);
    return place(memory);
  }

  /**
   * Begins to restore one; where the first of its bytes are to be put, {@code {address, bytes}}.
   */
  JsonValue restore() {
    endTransfer();
    reader =
        new SessionReader(
            model, header.tokenizer(), ModelFingerprint.of(header.file()), Clock.system());
    return place(buffer(reader.needed()));
  }

  /**
   * Takes the bytes that were put; where the next are to be put, or {@code {session, notes}} when
   * all are there.
   *
   * @param count bytes that were put: fewer than wanted where the blob has ended
   */
  JsonValue pushSaved(int count) {
    if (reader == null || buffer == null) {
      throw new InvalidRequestException("no session is being restored");
    }
    byte[] bytes = new byte[count];
    buffer.getBytes(0, bytes, 0, count);
    reader.push(bytes);
    if (reader.needed() > 0) {
      return place(buffer(reader.needed()));
    }
    String notes = reader.notes();
    int number = joined(reader.session());
    endTransfer();
    return JsonObject.builder().put("session", number).put("notes", notes).build();
  }

  /** Gives back what saving or restoring holds. */
  void endTransfer() {
    if (writer != null) {
      writer.close();
      writer = null;
    }
    if (reader != null) {
      reader.close();
      reader = null;
    }
    if (buffer != null) {
      allocator.release(buffer);
      buffer = null;
    }
  }

  private LinearMemory buffer(int bytes) {
    LinearMemory known = buffer;
    if (known != null) {
      buffer = null;
      allocator.release(known);
    }
    LinearMemory memory = allocator.allocate(bytes);
    buffer = memory;
    return memory;
  }

  private static JsonObject place(LinearMemory memory) {
    return JsonObject.builder()
        .put("address", memory.address() & 0xFFFFFFFFL)
        .put("bytes", memory.size())
        .build();
  }
}
