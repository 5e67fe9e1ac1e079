package io.wasmchord.chord;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.host.RunControl;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Pieces that one thread makes and another takes. */
final class Pieces {
  private static final int AHEAD = 64; // pieces that nobody has taken yet
  private static final long LOOK_MILLIS = 50;

  private static final Executor THREADS =
      work -> Thread.ofPlatform().daemon().name("chord-answer").start(work);

  private Pieces() {}

  /** Makes pieces. */
  @FunctionalInterface
  interface Maker {
    void make(Consumer<Piece> hears, RunControl control);
  }

  /** One subscriber's answer begins when it subscribes. */
  static Flow.Publisher<Piece> publisher(Maker maker) {
    return subscriber -> {
      SubmissionPublisher<Piece> publisher = new SubmissionPublisher<>(THREADS, AHEAD);
      publisher.subscribe(subscriber);
      THREADS.execute(() -> publish(maker, publisher));
    };
  }

  private static void publish(Maker maker, SubmissionPublisher<Piece> publisher) {
    RunControl control =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return !publisher.hasSubscribers();
          }
        };
    try {
      maker.make(publisher::submit, control);
      publisher.close();
    } catch (RuntimeException | Error e) {
      publisher.closeExceptionally(e);
    }
  }

  /** An answer that begins now. */
  static Stream<Piece> stream(Maker maker) {
    Line line = new Line();
    THREADS.execute(() -> line.fill(maker));
    Spliterator<Piece> pieces =
        Spliterators.spliteratorUnknownSize(line, Spliterator.ORDERED | Spliterator.NONNULL);
    return StreamSupport.stream(pieces, false).onClose(line::leave);
  }

  /** What waits to be taken. */
  private static final class Line implements Iterator<Piece>, RunControl {
    /** A piece, or how it ended where there is none. */
    private record Turn(@Nullable Piece piece, @Nullable Throwable failure) {}

    private final BlockingQueue<Turn> turns = new ArrayBlockingQueue<>(AHEAD);
    private volatile boolean left;
    private @Nullable Turn next;

    @Override
    public boolean cancelled() {
      return left;
    }

    void leave() {
      left = true;
    }

    void fill(Maker maker) {
      Turn end = new Turn(null, null);
      try {
        maker.make(piece -> put(new Turn(piece, null)), this);
      } catch (RuntimeException | Error e) {
        end = new Turn(null, e);
      }
      put(end);
    }

    private void put(Turn turn) {
      try {
        while (!left && !turns.offer(turn, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {}
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException("the thread was interrupted");
      }
    }

    @Override
    public boolean hasNext() {
      if (next == null) {
        try {
          next = turns.take();
        } catch (InterruptedException e) {
          left = true;
          Thread.currentThread().interrupt();
          throw new CancelledException("the thread was interrupted");
        }
      }
      switch (next.failure()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
      return next.piece() != null;
    }

    @Override
    public Piece next() {
      if (!hasNext() || next == null || next.piece() == null) {
        throw new NoSuchElementException();
      }
      Piece piece = next.piece();
      next = null;
      return piece;
    }
  }
}
