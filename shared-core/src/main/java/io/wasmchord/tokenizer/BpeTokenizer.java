package io.wasmchord.tokenizer;

import io.wasmchord.gguf.Metadata;
import io.wasmchord.model.InvalidModelException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Byte-level BPE: the text is cut into words by the model's pre-tokenizer; in each word,
 * neighbouring tokens are merged, the merge that was learned first first. Work is n log n in a
 * word's length.
 */
final class BpeTokenizer extends VocabularyTokenizer {
  private final PreTokenizer preTokenizer;
  private final MergeTable merges;
  private final int[] byteTokens = new int[256];

  BpeTokenizer(Metadata m) {
    this(m, PreTokenizer.byName(m.string("tokenizer.ggml.pre", "default")));
  }

  private BpeTokenizer(Metadata m, PreTokenizer preTokenizer) {
    super(
        new Vocabulary(m, false),
        m.bool("tokenizer.ggml.add_bos_token", preTokenizer.addsBos()),
        m.bool("tokenizer.ggml.add_eos_token", false));
    this.preTokenizer = preTokenizer;
    List<String> list = m.strings("tokenizer.ggml.merges");
    merges = new MergeTable(list.size());
    for (int rank = 0; rank < list.size(); rank++) {
      addMerge(list.get(rank), rank);
    }
    for (int b = 0; b < 256; b++) {
      byteTokens[b] = idOf(String.valueOf(ByteAlphabet.charOf(b)));
    }
  }

  private void addMerge(String merge, int rank) {
    int space = merge.indexOf(' ', 1);
    if (space < 0 || space == merge.length() - 1) {
      throw new InvalidModelException(
          "tokenizer.ggml.merges[" + rank + "] is '" + merge + "', not two pieces");
    }
    int left = idOf(merge.substring(0, space));
    int right = idOf(merge.substring(space + 1));
    int result = idOf(merge.substring(0, space) + merge.substring(space + 1));
    if (left < 0 || right < 0 || result < 0) {
      throw new InvalidModelException(
          "tokenizer.ggml.merges["
              + rank
              + "] is '"
              + merge
              + "', but not all of its pieces are tokens");
    }
    merges.put(left, right, rank, result);
  }

  @Override
  void encodePlain(String text, boolean afterSpecial, IntList out) {
    Merger merger = new Merger();
    preTokenizer.split(text, word -> merger.run(word, out));
  }

  @Override
  byte[] plainBytes(int id) {
    String piece = piece(id);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < piece.length(); i++) {
      int b = ByteAlphabet.byteOf(piece.charAt(i));
      if (b < 0) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  /** Merges one word at a time; a symbol is found by the index of its first byte. */
  private final class Merger {
    private final LongHeap queue = new LongHeap(); // rank, then position
    private int[] token = new int[0];
    private int[] next = new int[0];
    private int[] previous = new int[0];
    private int count;

    void run(String word, IntList out) {
      byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
      if (preTokenizer.ignoresMerges() && addWhole(utf8, out)) {
        return;
      }
      start(utf8);
      for (int i = 0; i < count; i++) {
        offer(i);
      }
      while (!queue.isEmpty()) {
        long first = queue.poll();
        merge((int) (first >>> 32), (int) first);
      }
      for (int i = 0; i < count; i = next[i]) {
        out.add(token[i]);
      }
    }

    private boolean addWhole(byte[] utf8, IntList out) {
      StringBuilder piece = new StringBuilder(utf8.length);
      for (byte b : utf8) {
        piece.append(ByteAlphabet.charOf(b & 0xFF));
      }
      int id = idOf(piece.toString());
      if (id >= 0) {
        out.add(id);
      }
      return id >= 0;
    }

    private void start(byte[] utf8) {
      if (token.length < utf8.length) {
        token = new int[utf8.length * 2];
        next = new int[utf8.length * 2];
        previous = new int[utf8.length * 2];
      }
      count = 0;
      for (byte b : utf8) {
        int id = byteTokens[b & 0xFF];
        if (id >= 0) {
          token[count] = id;
          previous[count] = count - 1;
          next[count] = count + 1;
          count++;
        }
      }
      queue.clear();
    }

    private void offer(int left) {
      if (left >= 0 && next[left] < count) {
        int merge = merges.find(token[left], token[next[left]]);
        if (merge >= 0) {
          queue.add((long) merges.rank(merge) << 32 | left);
        }
      }
    }

    private void merge(int rank, int left) {
      if (token[left] < 0 || next[left] >= count) {
        return;
      }
      int right = next[left];
      int merge = merges.find(token[left], token[right]);
      if (merge < 0 || merges.rank(merge) != rank) {
        return;
      }
      token[left] = merges.result(merge);
      token[right] = -1;
      next[left] = next[right];
      if (next[left] < count) {
        previous[next[left]] = left;
      }
      offer(previous[left]);
      offer(left);
    }
  }
}
