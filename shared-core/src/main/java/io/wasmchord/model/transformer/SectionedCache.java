package io.wasmchord.model.transformer;

import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.errors.ClosedException;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.HiddenRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of a model's layers, by section. It knows how far the sequence came, and so
 * which positions the layers with a sliding window have forgotten.
 */
final class SectionedCache implements KvCache {
  private final Transformer model;
  private final KvSpec spec;
  private final int window;
  private final int cells;
  private final List<KvCache> parts;
  private final Checkpoints checkpoints;
  private final boolean recurrent;
  private int end; // after the last position that was stored since position 0
  private @Nullable List<AdapterScale> chosen; // the sequence's own; null where it has none
  private List<AdapterScale> adapters = List.of(); // with which it was begun
  private int encoded; // rows of an encoder, of which keys and values are there
  private @Nullable HiddenRows watcher;
  private float[] beside = {}; // of the tokens that are fed next
  private int missing; // positions before this never were in layers with a sliding window
  private boolean givenBack;

  /**
   * @param model whose layers they are
   * @param spec of all layers
   * @param window the most positions that a token attends to in a layer that does not attend to all
   * @param parts of the sections
   * @param spacing of checkpoints
   */
  SectionedCache(Transformer model, KvSpec spec, int window, List<KvCache> parts, int spacing) {
    this.model = model;
    this.spec = spec;
    this.window = window;
    this.cells = spec.fewestCells();
    this.parts = List.copyOf(parts);
    this.recurrent = spec.recurrent();
    this.checkpoints = new Checkpoints(spec.checkpoints(), spacing);
  }

  static SectionedCache of(KvCache cache, Transformer model) {
    if (cache instanceof SectionedCache sections && sections.model == model) {
      return sections;
    }
    throw new IllegalArgumentException("a cache of another model");
  }

  static SectionedCache of(KvCache cache, ModelAdapters adapters) {
    if (cache instanceof SectionedCache sections && sections.model.adapters() == adapters) {
      return sections;
    }
    throw new IllegalArgumentException("a cache of another model");
  }

  /** Has hidden states told, or with null no more. */
  void watch(@Nullable HiddenRows next) {
    watcher = next;
  }

  /** Who is told hidden states, or null. */
  @Nullable HiddenRows watcher() {
    return watcher;
  }

  /** Gives hidden states beside the tokens that are fed next. */
  void beside(float[] rows) {
    beside = rows;
  }

  /** Takes what was given, filled with zeros. */
  float[] takeBeside(int values) {
    float[] rows = Arrays.copyOf(beside, values);
    beside = new float[0];
    return rows;
  }

  /** Chooses adapters, or with null those of the model, for when the sequence begins anew. */
  void choose(@Nullable List<AdapterScale> own) {
    chosen = own;
  }

  /** The adapters that it would begin with. */
  List<AdapterScale> next() {
    return chosen == null ? model.adapters().used() : chosen;
  }

  /** Whether what it holds was computed with them. */
  boolean current() {
    return adapters.equals(next());
  }

  /** With which the sequence was begun. */
  List<AdapterScale> begunWith() {
    return adapters;
  }

  /** The adapters of what is fed at a position. An encoder's rows are fed before it. */
  List<AdapterScale> adapters(int position) {
    return position == 0 && encoded == 0 ? next() : adapters;
  }

  /** Notes that the memory is given back; false where it was before. */
  boolean giveBack() {
    boolean first = !givenBack;
    givenBack = true;
    return first;
  }

  /**
   * Asked before every step.
   *
   * @throws ClosedException when the cache was given back or its model is closed
   */
  void requireUsable() {
    model.requireOpen();
    if (givenBack) {
      throw new ClosedException("the cache was given back; make a new one of the model");
    }
  }

  @Override
  public KvSpec spec() {
    return spec;
  }

  List<KvCache> parts() {
    return parts;
  }

  /** The last position, up to {@code position}, that can be gone on at. */
  int resumesAt(int position) {
    int stored = current() ? Math.min(position, end) : 0;
    int at = holds(stored) ? stored : 0;
    if (recurrent) {
      at = checkpoints.before(at);
      at = holds(at) ? at : 0;
    }
    return at;
  }

  /**
   * The slot that the states of a position are to be copied to, so that they are {@link #kept}; 0
   * where nothing is to be copied.
   */
  int keeps(int position) {
    return recurrent ? checkpoints.keep(position) : 0;
  }

  /** Notes that they were copied. */
  void kept(int position, int slot) {
    checkpoints.kept(position, slot);
  }

  /** Notes that an encoder begins to compute: what the cache held is lost. */
  void encodes() {
    encoded = 0;
    end = 0;
    adapters = next();
    missing = 0;
  }

  /**
   * What is there of the first {@code position} positions.
   *
   * @param position that can be gone on at
   * @param back positions that can be gone back by from there, where they are there
   */
  CacheMarks marks(int position, int back) {
    int wanted = window > 0 ? Math.max(0, firstAttended(position) - back) : 0;
    int first = Math.min(position, Math.max(wanted, forgotten(end, missing)));
    List<Integer> earlier = recurrent ? checkpoints.positions(position) : List.of();
    return new CacheMarks(position, first, encoded, earlier);
  }

  /** Where the states of marks of this cache are: the position's, and those of the checkpoints. */
  List<Integer> slots(CacheMarks marks) {
    List<Integer> slots = new ArrayList<>();
    if (recurrent && marks.position() > 0) {
      slots.add(checkpoints.restored(marks.position()));
      marks.checkpoints().forEach(p -> slots.add(checkpoints.restored(p)));
    }
    return slots;
  }

  /**
   * Notes that the cache is about to get contents from elsewhere, in place of its own; until they
   * are {@link #taken} it holds nothing.
   *
   * @return where the states come to lie; see {@link #slots}
   * @throws IllegalArgumentException when a cache of this shape has no such contents
   */
  List<Integer> takes(CacheMarks marks) {
    int most = spec.positions();
    int before = 0;
    boolean ordered = true;
    for (int position : marks.checkpoints()) {
      ordered &= position > before;
      before = position;
    }
    boolean fits = marks.position() >= 0 && marks.position() <= most && marks.encoded() <= most;
    boolean reaches =
        marks.first() >= 0 && marks.first() <= (window > 0 ? firstAttended(marks.position()) : 0);
    boolean earlier = marks.checkpoints().isEmpty() || (recurrent && before < marks.position());
    if (!fits || !reaches || !ordered || !earlier || marks.encoded() < 0) {
      throw new IllegalArgumentException("a cache of " + most + " positions holds no " + marks);
    }
    end = 0;
    encoded = 0;
    checkpoints.clear();
    List<Integer> slots = new ArrayList<>();
    if (recurrent && marks.position() > 0) {
      slots.add(0);
      slots.addAll(checkpoints.take(marks.position(), marks.checkpoints()));
    }
    return slots;
  }

  /**
   * Notes that the contents are there.
   *
   * @param with adapters that they were computed with
   */
  void taken(CacheMarks marks, List<AdapterScale> with) {
    adapters = with;
    end = marks.position();
    missing = marks.first();
    encoded = marks.encoded();
  }

  /** Notes that all of it is lost. */
  void lost() {
    end = 0;
    missing = 0;
    encoded = 0;
    checkpoints.clear();
  }

  /** Notes that keys and values of so many rows of an encoder are stored. */
  void encoded(int rows) {
    encoded = rows;
  }

  /** Rows of an encoder that a decoder attends to. */
  int encoded() {
    return encoded;
  }

  /**
   * Asked before a decoder attends to an encoder's rows.
   *
   * @throws IllegalStateException when there are none
   */
  void requireEncoded() {
    if (encoded == 0) {
      throw new IllegalStateException("the decoder has nothing to attend to: encode a text first");
    }
  }

  /** Whether all is there that a token at {@code position} attends to before itself. */
  private boolean holds(int position) {
    return position == 0 || (position <= end && firstAttended(position) >= forgotten(end, missing));
  }

  /**
   * Notes that {@code count} positions from {@code position} on are about to be stored, and is to
   * be told when they are.
   */
  States advance(int position, int count) {
    requireAttended(position, count);
    missing = position == 0 ? 0 : missing;
    adapters = adapters(position);
    end = after(position, count);
    if (!recurrent) {
      return States.NONE;
    }
    int restored = checkpoints.restored(position);
    return new States(restored, checkpoints.begin(position, position + count));
  }

  /**
   * What becomes of the recurrent layers' states in a batch.
   *
   * @param restored the copy that they are taken from before; 0 for none
   * @param kept the copy that they are taken to after; 0 for none
   */
  record States(int restored, int kept) {
    static final States NONE = new States(0, 0);
  }

  /** Notes that the positions are stored. */
  void finished(int position, int count, States states) {
    if (recurrent) {
      checkpoints.finished(position + count, states.kept);
    }
  }

  private int after(int position, int count) {
    return position == 0 ? count : Math.max(end, position + count);
  }

  /**
   * Checks that {@code count} tokens can be fed from {@code position} on.
   *
   * @throws IllegalStateException when a layer does not hold what they attend to
   */
  void requireAttended(int position, int count) {
    if (!holds(position)
        || firstAttended(position)
            < forgotten(after(position, count), position == 0 ? 0 : missing)) {
      throw new IllegalStateException(
          "the cache cannot go on with "
              + count
              + " tokens at position "
              + position
              + ": it was fed up to "
              + end
              + " and layers that attend to "
              + window
              + " positions hold the last "
              + cells
              + "; start again at 0");
    }
    if (recurrent) {
      checkpoints.restored(position);
    }
  }

  private int firstAttended(int position) {
    return Math.max(0, position - window + 1);
  }

  /** Positions before this are not there any more in a layer with a sliding window. */
  private int forgotten(int after, int missing) {
    return Math.max(missing, cells < spec.positions() ? after - cells : 0);
  }
}
