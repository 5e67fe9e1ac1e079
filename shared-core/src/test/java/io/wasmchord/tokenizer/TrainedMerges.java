package io.wasmchord.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Merges of a small vocabulary, learnt as byte-pair encoding learns them: again and again the pair
 * that stands most often in some texts joins, and among equals the one that is first in order. The
 * texts are not cut before, so that it is the pre-tokenizer that keeps pairs apart.
 */
final class TrainedMerges {
  private TrainedMerges() {}

  /** Up to {@code count} merges out of {@code texts}, which are lists of symbols. */
  static List<String> of(List<List<String>> texts, int count) {
    List<List<String>> joined = new ArrayList<>();
    texts.forEach(text -> joined.add(new ArrayList<>(text)));
    List<String> merges = new ArrayList<>();
    while (merges.size() < count) {
      String best = mostFrequent(joined);
      if (best == null) {
        return merges;
      }
      merges.add(best);
      joined.forEach(text -> join(text, best));
    }
    return merges;
  }

  private static String mostFrequent(List<List<String>> texts) {
    Map<String, Integer> counts = new HashMap<>();
    for (List<String> text : texts) {
      for (int i = 0; i + 1 < text.size(); i++) {
        counts.merge(text.get(i) + " " + text.get(i + 1), 1, Integer::sum);
      }
    }
    String best = null;
    for (Map.Entry<String, Integer> pair : counts.entrySet()) {
      int more = best == null ? 1 : pair.getValue() - counts.get(best);
      if (more > 0 || (more == 0 && pair.getKey().compareTo(best) < 0)) {
        best = pair.getKey();
      }
    }
    return best;
  }

  private static void join(List<String> text, String merge) {
    for (int i = 0; i + 1 < text.size(); i++) {
      if (merge.equals(text.get(i) + " " + text.get(i + 1))) {
        text.set(i, text.get(i) + text.remove(i + 1));
      }
    }
  }
}
