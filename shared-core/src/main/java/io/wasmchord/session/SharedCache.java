package io.wasmchord.session;

import io.wasmchord.backend.KvCache;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.model.Model;
import org.jspecify.annotations.Nullable;

/**
 * A KV cache, and who works with it: one at a time, from any thread, until it is closed. It never
 * makes a thread wait.
 */
public final class SharedCache implements AutoCloseable {
  private final SequenceCache memory;
  private final Runnable beside;
  private @Nullable Object user; // whose tokens it holds; this and below: guarded by this
  private boolean busy;
  private boolean closed;

  /**
   * @param model what made the cache, and takes it back
   */
  public SharedCache(Model model, KvCache cache) {
    this(SequenceCache.of(model, cache), () -> {});
  }

  /**
   * @param beside gives back what is kept beside the cache
   */
  SharedCache(SequenceCache memory, Runnable beside) {
    this.memory = memory;
    this.beside = beside;
  }

  private void release() {
    memory.release();
    beside.run();
  }

  /** The cache, for whoever has {@link #enter entered}. */
  public KvCache cache() {
    return memory.writable(0);
  }

  SequenceCache memory() {
    return memory;
  }

  /** Whether it was closed, though some work may not have ended. */
  synchronized boolean closed() {
    return closed;
  }

  /**
   * Begins some work, which {@link #leave} ends.
   *
   * @throws ClosedException when the cache is closed
   * @throws InvalidRequestException while other work is under way
   */
  public synchronized void enter() {
    requireOpen();
    if (busy) {
      throw new InvalidRequestException(
          "another call is computing with the same session; wait for its end, or make a session for"
              + " each thread");
    }
    busy = true;
  }

  /**
   * The same, to go on with what a user has begun.
   *
   * @throws InvalidRequestException when another one has begun since
   */
  public synchronized void enter(Object who) {
    requireOpen();
    if (!heldBy(who)) {
      throw new InvalidRequestException(
          "a later request of the same session has ended this one; start it again");
    }
    enter();
  }

  /** Gives the cache to another user, who has entered; the one before cannot go on. */
  public synchronized void hand(Object next) {
    user = next;
  }

  /** Whether the cache still holds what this user put there. */
  public synchronized boolean heldBy(@Nullable Object who) {
    return who != null && user == who;
  }

  /**
   * Asked between the steps of long work.
   *
   * @throws ClosedException when the cache was closed meanwhile
   */
  public synchronized void requireOpen() {
    if (closed) {
      throw new ClosedException("the session is closed; make a new one of the model");
    }
  }

  /** Ends the work that {@link #enter} began, and gives the memory back if it was closed since. */
  public void leave() {
    synchronized (this) {
      busy = false;
      if (!closed) {
        return;
      }
    }
    release();
  }

  /**
   * Gives the memory back, at once or when the work ends that is under way; that work ends at its
   * next step with a {@link ClosedException}. Closing again does nothing.
   */
  @Override
  public void close() {
    synchronized (this) {
      boolean again = closed;
      closed = true;
      if (again || busy) {
        return;
      }
    }
    release();
  }
}
