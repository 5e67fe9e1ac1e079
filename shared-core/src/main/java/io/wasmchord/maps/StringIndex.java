package io.wasmchord.maps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Different texts, numbered from 0 in the order in which they came. */
public final class StringIndex {
  public static final int ABSENT = -1;

  private static final int LEAST_SLOTS = 16;

  private final Scatter scatter;
  private final List<String> keys = new ArrayList<>();

  /** What the texts are scattered to, by number. */
  private int[] hashes = new int[LEAST_SLOTS / 2];

  /** Numbers and one more; 0 is an empty slot. At least half of them are empty. */
  private int[] slots = new int[LEAST_SLOTS];

  public StringIndex() {
    this(Scatter.OF_THIS_RUN);
  }

  StringIndex(Scatter scatter) {
    this.scatter = scatter;
  }

  /** All texts, by number. */
  public List<String> keys() {
    return Collections.unmodifiableList(keys);
  }

  /** Texts so far. */
  public int size() {
    return keys.size();
  }

  /** The number of {@code key}, which is the next one where it is new. */
  public int add(String key) {
    int hash = scatter.of(key);
    int slot = slot(key, hash);
    if (slots[slot] != 0) {
      return slots[slot] - 1;
    }
    int number = keys.size();
    if (number == hashes.length) {
      grow();
      slot = slot(key, hash);
    }
    keys.add(key);
    hashes[number] = hash;
    slots[slot] = number + 1;
    return number;
  }

  /** The number of {@code key}, or {@link #ABSENT}. */
  public int find(String key) {
    return slots[slot(key, scatter.of(key))] - 1;
  }

  /** The number of a stretch of {@code text}, or {@link #ABSENT}. */
  public int find(String text, int from, int to) {
    int hash = scatter.of(text, from, to);
    int length = to - from;
    for (int slot = hash & slots.length - 1; slots[slot] != 0; slot = next(slot)) {
      int number = slots[slot] - 1;
      if (hashes[number] == hash) {
        String key = keys.get(number);
        if (key.length() == length && text.startsWith(key, from)) {
          return number;
        }
      }
    }
    return ABSENT;
  }

  /** The number of {@code text} without its character at {@code left}, or {@link #ABSENT}. */
  public int findWithout(String text, int left) {
    int hash = scatter.ofWithout(text, left);
    for (int slot = hash & slots.length - 1; slots[slot] != 0; slot = next(slot)) {
      int number = slots[slot] - 1;
      if (hashes[number] == hash) {
        String key = keys.get(number);
        if (key.length() == text.length() - 1
            && text.regionMatches(0, key, 0, left)
            && text.regionMatches(left + 1, key, left, key.length() - left)) {
          return number;
        }
      }
    }
    return ABSENT;
  }

  private int next(int slot) {
    return slot + 1 & slots.length - 1;
  }

  /** How many slots are looked at for {@code key}. */
  int probes(String key) {
    int hash = scatter.of(key);
    return (slot(key, hash) - hash & slots.length - 1) + 1;
  }

  private int slot(String key, int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int number = slots[slot] - 1;
      if (hashes[number] == hash && keys.get(number).equals(key)) {
        break;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    hashes = Arrays.copyOf(hashes, hashes.length * 2);
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int number = 0; number < keys.size(); number++) {
      int slot = hashes[number] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = number + 1;
    }
  }
}
