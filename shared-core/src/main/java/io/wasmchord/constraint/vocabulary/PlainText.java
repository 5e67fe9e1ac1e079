package io.wasmchord.constraint.vocabulary;

import io.wasmchord.constraint.automaton.Automaton;
import io.wasmchord.constraint.automaton.Stacks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Text that is taken as it is by most places that take any: whole characters, and none of them a
 * control, a quote or a backslash.
 */
final class PlainText {
  private static final int MOST_PLACES = 64;
  private static final String SAMPLE = "a Z5.";

  private PlainText() {}

  private static boolean isPlain(int b) {
    return b >= 0x20 && b < 0x7F && b != '"' && b != '\\';
  }

  /** Whether {@code bytes} are so many plain characters at most. */
  static boolean is(byte[] bytes, int most) {
    int characters = 0;
    for (int i = 0; i < bytes.length; characters++) {
      int b = bytes[i++] & 0xFF;
      int rest = b < 0x80 ? 0 : b < 0xC2 ? -1 : b < 0xE0 ? 1 : b < 0xF0 ? 2 : b < 0xF5 ? 3 : -1;
      if (rest < 0 || (rest == 0 && !isPlain(b)) || i + rest > bytes.length) {
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
  static boolean isTaken(Automaton automaton, Stacks from, int characters) {
    for (int i = 0; i < SAMPLE.length(); i++) {
      if (automaton.step(from, SAMPLE.charAt(i)).size() == 0) {
        return false;
      }
    }
    Set<Stacks> seen = new HashSet<>();
    List<Stacks> level = new ArrayList<>(List.of(from));
    for (int i = 0; i < characters && !level.isEmpty(); i++) {
      Set<Stacks> next = new HashSet<>();
      for (Stacks at : level) {
        if (!characters(automaton, at, next)) {
          return false;
        }
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

  /** Collects where plain characters lead; whether all lead on. */
  private static boolean characters(Automaton automaton, Stacks at, Set<Stacks> next) {
    for (int b = 0x20; b < 0x7F; b++) {
      if (isPlain(b) && !add(automaton.step(at, b), next)) {
        return false;
      }
    }
    Set<Stacks> last = new HashSet<>(); // one byte is missing
    Set<Stacks> middle = new HashSet<>(); // two are
    for (int lead = 0xC2; lead < 0xF5; lead++) {
      Stacks after = automaton.step(at, lead);
      boolean more =
          lead < 0xE0
              ? add(after, last)
              : bytes(automaton, after, least(lead), most(lead), lead < 0xF0 ? last : middle);
      if (!more) {
        return false;
      }
    }
    for (Stacks each : middle) {
      if (!bytes(automaton, each, 0x80, 0xBF, last)) {
        return false;
      }
    }
    for (Stacks each : last) {
      if (!bytes(automaton, each, 0x80, 0xBF, next)) {
        return false;
      }
    }
    return true;
  }

  private static boolean bytes(
      Automaton automaton, Stacks at, int least, int most, Set<Stacks> next) {
    for (int b = least; b <= most; b++) {
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
