package io.wasmchord.constraint.vocabulary;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Stacks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Text that is taken as it is by most places that take any: so tokens of it need no walk. */
final class PlainText {
  /** Characters that are plain. */
  enum Sort {
    /** All characters but controls, quotes and backslashes. */
    ANY,
    /** Letters and digits of ASCII. */
    WORD;

    boolean has(int b) {
      return this == ANY
          ? b >= 0x20 && b < 0x7F && b != '"' && b != '\\'
          : (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
    }

    private String sample() {
      return this == ANY ? "a Z5." : "aZ5";
    }
  }

  private static final int MOST_PLACES = 64;
  private static final int MOST_KNOWN = 1 << 12;

  private final Automaton automaton;
  private final Sort sort;
  private final Map<Stacks, Set<Stacks>> known = new HashMap<>(); // empty: not all are taken

  PlainText(Automaton automaton, Sort sort) {
    this.automaton = automaton;
    this.sort = sort;
  }

  /** Whether {@code bytes} are so many plain characters at most. */
  static boolean is(Sort sort, byte[] bytes, int most) {
    int characters = 0;
    for (int i = 0; i < bytes.length; characters++) {
      int b = bytes[i++] & 0xFF;
      int rest = b < 0x80 ? 0 : b < 0xC2 ? -1 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : b < 0xF5 ? 3 : -1;
      boolean fits = rest == 0 ? sort.has(b) : rest > 0 && sort == Sort.ANY;
      if (!fits || i + rest > bytes.length) {
        return false;
      }
      for (int k = 0; k < rest; k++) {
        int next = bytes[i++] & 0xFF;
        if (next < (k == 0 ? least(b) : 0x80) || next > (k == 0 ? most(b) : 0xBF)) {
          return false;
        }
      }
    }
    return characters <= most;
  }

  /** The least second byte after {@code lead}. */
  private static int least(int lead) {
    return lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  }

  private static int most(int lead) {
    return lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  }

  /** Whether so many plain characters may come, whichever they are, without a return. */
  boolean isTaken(Stacks from, int characters) {
    Set<Stacks> seen = new HashSet<>();
    List<Stacks> level = new ArrayList<>(List.of(from));
    for (int i = 0; i < characters && !level.isEmpty(); i++) {
      Set<Stacks> next = new HashSet<>();
      for (Stacks at : level) {
        Set<Stacks> after = after(at);
        if (after.isEmpty()) {
          return false;
        }
        next.addAll(after);
      }
      next.removeAll(seen);
      seen.addAll(next);
      if (seen.size() > MOST_PLACES) {
        return false;
      }
      level = new ArrayList<>(next);
    }
    return true;
  }

  private Set<Stacks> after(Stacks at) {
    Set<Stacks> found = known.get(at);
    if (found == null) {
      Set<Stacks> next = new HashSet<>();
      found = sampled(at) && characters(at, next) ? next : Set.of();
      if (known.size() >= MOST_KNOWN) {
        known.clear();
      }
      known.put(at, found);
    }
    return found;
  }

  private boolean sampled(Stacks at) {
    String sample = sort.sample();
    for (int i = 0; i < sample.length(); i++) {
      if (automaton.step(at, sample.charAt(i)).size() == 0) {
        return false;
      }
    }
    return true;
  }

  /** Collects where plain characters lead; whether all lead on. */
  private boolean characters(Stacks at, Set<Stacks> next) {
    for (int b = 0x20; b < 0x7F; b++) {
      if (sort.has(b) && !add(automaton.step(at, b), next)) {
        return false;
      }
    }
    if (sort != Sort.ANY) {
      return true;
    }
    Set<Stacks> last = new HashSet<>(); // one byte is missing
    Set<Stacks> middle = new HashSet<>(); // two are
    for (int lead = 0xC2; lead < 0xF5; lead++) {
      Stacks after = automaton.step(at, lead);
      boolean more =
          lead < 0xE0
              ? add(after, last)
              : bytes(after, least(lead), most(lead), lead < 0xF0 ? last : middle);
      if (!more) {
        return false;
      }
    }
    return all(middle, last) && all(last, next);
  }

  private boolean all(Set<Stacks> from, Set<Stacks> next) {
    for (Stacks each : from) {
      if (!bytes(each, 0x80, 0xBF, next)) {
        return false;
      }
    }
    return true;
  }

  private boolean bytes(Stacks at, int least, int most, Set<Stacks> next) {
    int last = automaton.isWithinAny(at) ? least : most; // one stands for all
    for (int b = least; b <= last; b++) {
      if (!add(automaton.step(at, b), next)) {
        return false;
      }
    }
    return true;
  }

  private static boolean add(Stacks after, Set<Stacks> next) {
    next.add(after);
    return after.size() > 0;
  }
}
