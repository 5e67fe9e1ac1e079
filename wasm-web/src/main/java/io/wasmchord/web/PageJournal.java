package io.wasmchord.web;

import io.wasmchord.json.JsonObject;
import io.wasmchord.session.AnswerJournal;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import io.wasmchord.web.memory.LinearAllocator;
import io.wasmchord.web.memory.LinearMemory;
import org.jspecify.annotations.Nullable;

/** The journal of an answer, whose bytes the worker takes out of linear memory after each step. */
final class PageJournal {
  private final LinearAllocator allocator;
  private final long fingerprint;
  private final String request;
  private @Nullable AnswerJournal journal; // null until the answer has begun
  private @Nullable LinearMemory memory;

  /**
   * Of an answer that begins.
   *
   * @param fingerprint of the model
   * @param request as the page sent it
   */
  PageJournal(LinearAllocator allocator, long fingerprint, String request) {
    this.allocator = allocator;
    this.fingerprint = fingerprint;
    this.request = request;
  }

  /** Of an answer that goes on. */
  PageJournal(LinearAllocator allocator, long fingerprint, AnswerJournal kept) {
    this(allocator, fingerprint, kept.notes());
    this.journal = kept;
  }

  /** Begins with the answer, or goes on with it. */
  Generation begin(Session session, int[] prompt, GenerationOptions options) {
    if (journal != null) {
      return journal.resume(session, options);
    }
    Generation generation = session.start(prompt, options);
    journal = AnswerJournal.of(generation, fingerprint, request);
    return generation;
  }

  /** Where the bytes lie that are to be appended after a step; null where there are none. */
  @Nullable JsonObject offer(Generation generation) {
    byte[] more = journal == null ? new byte[0] : journal.next(generation);
    if (more.length == 0) {
      return null;
    }
    LinearMemory place = memory;
    if (place == null || place.size() < more.length) {
      release();
      place = allocator.allocate(more.length);
      memory = place;
    }
    place.putBytes(0, more, 0, more.length);
    return JsonObject.builder()
        .put("address", place.address() & 0xFFFFFFFFL)
        .put("bytes", more.length)
        .build();
  }

  /** Gives the memory back. */
  void release() {
    if (memory != null) {
      allocator.release(memory);
      memory = null;
    }
  }
}
