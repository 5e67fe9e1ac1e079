package io.wasmchord.server.models;

import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.slots.Slots;
import io.wasmchord.jvm.slots.WaitingLine;
import io.wasmchord.server.http.ApiError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The models that a server has. One is loaded when it is first asked for, and stays until its
 * memory is needed for another; one that answers is not let go.
 */
public final class ModelShelf implements AutoCloseable {
  /** A name's model, loaded or not. */
  private static final class Entry {
    private final ModelSource source;
    private @Nullable ServedModel model;
    private int leases;
    private boolean loading;
    private long used; // the number of its last lease
    private long bytes; // once it was loaded

    Entry(ModelSource source) {
      this.source = source;
    }

    long bytes() {
      return model != null ? model.bytes() : bytes > 0 ? bytes : source.bytes().getAsLong();
    }

    boolean inMemory() {
      return model != null || loading;
    }

    boolean idle() {
      return model != null && leases == 0;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>(); // what is in: guarded by this
  private final int parallel;
  private final long budget;
  private final WaitingLine line;
  private long leases; // so many there were
  private boolean closed;

  /**
   * @param parallel answers of one model at a time
   * @param budget bytes of all models together; one alone may have more
   * @param line where requests wait
   * @throws InvalidRequestException when there is no model, or a name is given twice
   */
  public ModelShelf(List<ModelSource> sources, int parallel, long budget, WaitingLine line) {
    this.parallel = parallel;
    this.budget = budget;
    this.line = line;
    for (ModelSource source : sources) {
      if (entries.put(source.name(), new Entry(source)) != null) {
        throw new InvalidRequestException(
            "two models are called '" + source.name() + "'; give one another name");
      }
    }
    if (entries.isEmpty()) {
      throw new InvalidRequestException("there is no model to serve; name one at least");
    }
  }

  /** A model that stays loaded until this is closed. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final ServedModel model;

    private Lease(Entry entry, ServedModel model) {
      this.entry = entry;
      this.model = model;
    }

    public ServedModel model() {
      return model;
    }

    @Override
    public void close() {
      synchronized (ModelShelf.this) {
        entry.leases--;
        ModelShelf.this.notifyAll();
      }
    }
  }

  /** All names, in order. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /**
   * The name by which the shelf knows what a request calls a model.
   *
   * @param asked what it says, or null for the first model; a tag such as {@code :latest} may
   *     follow
   * @throws ApiError when there is no such model
   */
  public String name(@Nullable String asked) {
    if (asked == null || asked.isEmpty()) {
      return names().getFirst();
    }
    if (entries.containsKey(asked)) {
      return asked;
    }
    String latest = ":latest";
    if (asked.endsWith(latest)) {
      String plain = asked.substring(0, asked.length() - latest.length());
      if (entries.containsKey(plain)) {
        return plain;
      }
    }
    throw ApiError.noModel(
        "there is no model '" + asked + "'; there are '" + String.join("', '", names()) + "'");
  }

  /**
   * A model, which is loaded first if it is not yet.
   *
   * @param asked as {@link #name} takes it
   * @throws ApiError when there is no such model, or too many requests wait
   * @throws io.wasmchord.errors.CancelledException when {@code control} asks for it
   * @throws RuntimeException when it cannot be loaded
   */
  public Lease lease(@Nullable String asked, RunControl control) {
    Entry entry = entry(name(asked));
    List<ServedModel> gone = new ArrayList<>();
    try (WaitingLine.Place place = line.new Place()) {
      Lease lease = leaseOrBegin(entry, gone, place, control);
      if (lease != null) {
        return lease;
      }
    }
    return load(entry, gone);
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalStateException(name);
    }
    return entry;
  }

  /** A lease, or null where the caller has to load the model. */
  private synchronized @Nullable Lease leaseOrBegin(
      Entry entry, List<ServedModel> gone, WaitingLine.Place place, RunControl control) {
    while (true) {
      if (closed) {
        throw stopping();
      }
      if (entry.model != null) {
        return lease(entry, entry.model);
      }
      if (!entry.loading && makeRoom(entry, gone)) {
        entry.loading = true;
        return null;
      }
      place.take();
      Slots.pause(this, control);
    }
  }

  private Lease lease(Entry entry, ServedModel model) {
    entry.leases++;
    entry.used = ++leases;
    return new Lease(entry, model);
  }

  /** Lets idle models go, those that were used longest ago first; whether there is room then. */
  private boolean makeRoom(Entry wanted, List<ServedModel> gone) {
    long free = budget - wanted.bytes();
    List<Entry> others = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.inMemory()) {
        others.add(entry);
        free -= entry.bytes();
      }
    }
    others.sort(Comparator.comparingLong(entry -> entry.used));
    for (Entry entry : List.copyOf(others)) {
      ServedModel model = entry.model;
      if (free < 0 && entry.idle() && model != null) {
        free += entry.bytes();
        entry.bytes = entry.bytes();
        entry.model = null;
        gone.add(model);
        others.remove(entry);
      }
    }
    return free >= 0 || others.isEmpty();
  }

  private Lease load(Entry entry, List<ServedModel> gone) {
    ServedModel made = null;
    try {
      gone.forEach(ServedModel::close);
      LoadedModel loaded = entry.source.loader().get();
      made = new ServedModel(entry.source.name(), loaded, parallel, line);
    } finally {
      if (made == null) {
        giveUp(entry);
      }
    }
    Lease lease = finish(entry, made);
    if (lease == null) {
      made.close();
      throw stopping();
    }
    return lease;
  }

  private static ApiError stopping() {
    return ApiError.unavailable("stopping", "the server is stopping");
  }

  /** A lease of what was loaded, or null where the shelf was closed meanwhile. */
  private synchronized @Nullable Lease finish(Entry entry, ServedModel made) {
    entry.loading = false;
    notifyAll();
    if (closed) {
      return null;
    }
    entry.model = made;
    return lease(entry, made);
  }

  private synchronized void giveUp(Entry entry) {
    entry.loading = false;
    notifyAll();
  }

  /** Those that are loaded now. */
  public synchronized List<ServedModel> loaded() {
    List<ServedModel> all = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.model != null) {
        all.add(entry.model);
      }
    }
    return all;
  }

  /** Bytes of a model, as far as they are known. */
  public synchronized long bytes(String name) {
    return entry(name).bytes();
  }

  /** Lets all models go; nothing answers any more. */
  @Override
  public void close() {
    List<ServedModel> all;
    synchronized (this) {
      closed = true;
      all = loaded();
      entries.values().forEach(entry -> entry.model = null);
      notifyAll();
    }
    all.forEach(ServedModel::close);
  }
}
