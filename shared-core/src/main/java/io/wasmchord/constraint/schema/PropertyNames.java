package io.wasmchord.constraint.schema;

import static java.util.Objects.requireNonNull;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.regex.Dfa;
import io.wasmchord.constraint.text.LetterMoves;
import io.wasmchord.constraint.text.Letters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The names of an object's properties: a list in alphabetical order, and automata for others. */
final class PropertyNames {
  private record Word(int[] letters, int index) {}

  private final ObjectShape shape;
  private final List<Word> words = new ArrayList<>();
  private final List<ObjectShape.Group> others;

  PropertyNames(ObjectShape shape, List<ObjectShape.Group> listed, List<ObjectShape.Group> others) {
    this.shape = shape;
    this.others = others;
    for (int i = 0; i < listed.size(); i++) {
      String name = requireNonNull(listed.get(i).name());
      words.add(new Word(name.codePoints().toArray(), i));
    }
    words.sort((a, b) -> compare(a.letters(), b.letters()));
  }

  private static int compare(int[] a, int[] b) {
    int at = Arrays.mismatch(a, b);
    boolean within = at >= 0 && at < a.length && at < b.length;
    return within ? a[at] - b[at] : a.length - b.length;
  }

  /** Before the first letter of a name that may come now. */
  Letters start(ObjectShape.State state) {
    List<Integer> states = new ArrayList<>();
    for (int i = 0; i < others.size(); i++) {
      states.add(shape.mayAdd(state, i) ? 0 : Dfa.DEAD);
    }
    return new Name(this, state, 0, words.size(), 0, states);
  }

  private boolean may(ObjectShape.State state, int from, int to) {
    for (int i = from; i < to; i++) {
      if (shape.mayKnow(state, words.get(i).index())) {
        return true;
      }
    }
    return false;
  }

  /**
   * A name of which some letters were read.
   *
   * @param from the first listed name that begins so
   * @param to the first after it that does not
   * @param states of the automata of others
   */
  private record Name(
      PropertyNames names,
      ObjectShape.State state,
      int from,
      int to,
      int length,
      List<Integer> states)
      implements Letters {
    @Override
    public void letters(LetterMoves moves) {
      TreeSet<Integer> bounds = new TreeSet<>();
      for (int i = from; i < to; i++) {
        int[] letters = names.words.get(i).letters();
        if (letters.length > length) {
          bounds.add(letters[length]);
          bounds.add(letters[length] + 1);
        }
      }
      for (int i = 0; i < states.size(); i++) {
        Dfa dfa = names.others.get(i).texts();
        int at = states.get(i);
        for (int k = 0; at != Dfa.DEAD && k < dfa.edges(at); k++) {
          bounds.add(dfa.from(at, k));
          bounds.add(dfa.to(at, k) + 1);
        }
      }
      int low = -1;
      for (int bound : bounds) {
        if (low >= 0) {
          Name next = next(low);
          if (next != null) {
            moves.on(CodePoints.of(low, bound - 1), next);
          }
        }
        low = bound;
      }
    }

    private @Nullable Name next(int letter) {
      int begin = from;
      while (begin < to && !goesOn(begin, letter)) {
        begin++;
      }
      int end = begin;
      while (end < to && goesOn(end, letter)) {
        end++;
      }
      if (!names.may(state, begin, end)) {
        begin = 0;
        end = 0;
      }
      List<Integer> after = new ArrayList<>();
      for (int i = 0; i < states.size(); i++) {
        int at = states.get(i);
        after.add(at == Dfa.DEAD ? at : names.others.get(i).texts().next(at, letter));
      }
      boolean dead = begin == end && after.stream().allMatch(at -> at == Dfa.DEAD);
      return dead ? null : new Name(names, state, begin, end, begin == end ? 0 : length + 1, after);
    }

    private boolean goesOn(int word, int letter) {
      int[] letters = names.words.get(word).letters();
      return letters.length > length && letters[length] == letter;
    }

    @Override
    public @Nullable Frame closed() {
      for (int i = from; i < to; i++) {
        ObjectShape shape = names.shape;
        int index = names.words.get(i).index();
        if (names.words.get(i).letters().length == length && shape.mayKnow(state, index)) {
          return shape.named(state, index);
        }
      }
      for (int i = 0; i < states.size(); i++) {
        int at = states.get(i);
        if (at != Dfa.DEAD && names.others.get(i).texts().accepts(at)) {
          return names.shape.other(state, i);
        }
      }
      return null;
    }
  }
}
