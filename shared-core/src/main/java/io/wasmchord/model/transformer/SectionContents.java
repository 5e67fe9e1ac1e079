package io.wasmchord.model.transformer;

import io.wasmchord.backend.ComputeBackend;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvPiece;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvSpec.Part;
import io.wasmchord.model.CacheContents;
import io.wasmchord.model.CacheMarks;
import io.wasmchord.model.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/** The contents of a cache, section by section. */
final class SectionContents implements CacheContents {
  private static final int PIECE_BYTES = 1 << 20; // about

  private final SectionedCache cache;
  private final CacheMarks marks;
  private final List<Place> places = new ArrayList<>();

  /**
   * A piece.
   *
   * @param piece of which states that have no slot begin at {@link Checkpoints#NO_SLOT}
   */
  private record Place(ComputeBackend backend, KvCache part, KvPiece piece) {
    boolean kept() {
      return piece.first() != Checkpoints.NO_SLOT;
    }

    int bytes() {
      return (int) piece.bytes(part.spec());
    }
  }

  /**
   * @param slots where the states of the position and of the checkpoints are, or come to lie
   */
  SectionContents(
      SectionedCache cache,
      List<Section> sections,
      ModelConfig config,
      CacheMarks marks,
      List<Integer> slots) {
    this.cache = cache;
    this.marks = marks;
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      KvCache part = cache.parts().get(i);
      for (int local = 0; local < part.spec().layers().size(); local++) {
        add(section, part, config, local, slots);
      }
    }
  }

  private void add(
      Section section, KvCache part, ModelConfig config, int local, List<Integer> slots) {
    int layer = config.rare().loops().layer(section.first() + local);
    if (layer < config.stacks().encoder()) {
      return; // what a decoder attends to is in layers of its own
    }
    boolean crosses = config.stacks().decodes() && config.stacks().crosses(layer);
    int end = crosses ? marks.encoded() : marks.position();
    int first = !crosses && config.attends(layer) > 0 ? marks.first() : 0;
    for (Part kind : List.of(Part.KEYS, Part.VALUES, Part.ROWS)) {
      long each = new KvPiece(kind, local, 0, 1).bytes(part.spec());
      if (each > 0) {
        int most = (int) Math.max(1, PIECE_BYTES / each / KvSpec.RUN) * KvSpec.RUN;
        most = Math.min(most, part.spec().capacity(local));
        for (int p = first; p < end; p += most) {
          KvPiece piece = new KvPiece(kind, local, p, Math.min(most, end - p));
          places.add(new Place(section.backend(), part, piece));
        }
      }
    }
    if (part.spec().layer(local).state() > 0) {
      for (int slot : slots) {
        KvPiece piece = new KvPiece(Part.STATES, local, slot, 1);
        places.add(new Place(section.backend(), part, piece));
      }
    }
  }

  @Override
  public CacheMarks marks() {
    return marks;
  }

  @Override
  public int pieces() {
    return places.size();
  }

  @Override
  public int bytes(int piece) {
    return places.get(piece).bytes();
  }

  @Override
  public void read(int piece, byte[] to) {
    cache.requireUsable();
    Place place = places.get(piece);
    place.backend.read(place.part, place.piece, checked(place, to));
  }

  @Override
  public void write(int piece, byte[] from) {
    cache.requireUsable();
    Place place = places.get(piece);
    if (place.kept()) {
      place.backend.write(place.part, place.piece, checked(place, from));
    }
  }

  private static byte[] checked(Place place, byte[] bytes) {
    if (bytes.length != place.bytes()) {
      throw new IllegalArgumentException(
          bytes.length + " bytes for a piece of " + place.bytes() + " bytes");
    }
    return bytes;
  }

  /** Copies all pieces to those of another cache of the model, with the same marks. */
  void copyTo(SectionContents other) {
    for (int i = 0; i < places.size(); i++) {
      Place place = places.get(i);
      if (place.piece.part() == Part.STATES) {
        byte[] state = new byte[place.bytes()];
        read(i, state);
        other.write(i, state);
      } else {
        place.backend.copy(place.part, other.places.get(i).part, place.piece);
      }
    }
  }
}
