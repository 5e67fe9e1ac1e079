package io.wasmchord.constraint.tags;

import io.wasmchord.constraint.automaton.CodePoints;
import io.wasmchord.constraint.automaton.End;
import io.wasmchord.constraint.automaton.Frame;
import io.wasmchord.constraint.automaton.Moves;
import io.wasmchord.errors.InvalidRequestException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Free text until a trigger has come. A trigger is how one or several tags begin; then one of these
 * must follow, with its content and its end, and then the text is free again.
 */
public final class TaggedText {
  private static final int MOST_TAGS = 1 << 10;

  private final List<Tag> tags;
  private final List<String> triggers;
  private final boolean needed;
  private final boolean once;

  /**
   * @param triggers how tags begin; each tag begins with one of them
   * @param needed whether there must be a tag
   * @param once whether the text ends with the first
   * @throws InvalidRequestException when a tag begins with no trigger
   */
  public TaggedText(List<Tag> tags, List<String> triggers, boolean needed, boolean once) {
    this.tags = List.copyOf(tags);
    this.triggers = List.copyOf(triggers);
    this.needed = needed;
    this.once = once;
    if (tags.isEmpty() || tags.size() > MOST_TAGS || triggers.contains("")) {
      throw new InvalidRequestException(
          "there must be from 1 to " + MOST_TAGS + " tags, and no trigger may be empty");
    }
    for (Tag tag : tags) {
      if (triggers.stream().noneMatch(tag.begin()::startsWith)) {
        throw new InvalidRequestException("the tag '" + tag.begin() + "' begins with no trigger");
      }
    }
    for (String trigger : triggers) {
      if (tags.stream().noneMatch(tag -> tag.begin().startsWith(trigger))) {
        throw new InvalidRequestException("no tag begins with the trigger '" + trigger + "'");
      }
    }
  }

  /** Free text, with these tags in it. */
  public Frame frame() {
    return new Free(this, "", !needed);
  }

  /** The longest end of {@code read} that a trigger begins with. */
  private String seen(String read) {
    for (int i = 0; i < read.length(); i++) {
      String end = read.substring(i);
      if (triggers.stream().anyMatch(trigger -> trigger.startsWith(end))) {
        return end;
      }
    }
    return "";
  }

  /** The trigger that {@code read} ends with, or null. */
  private @Nullable String complete(String read) {
    for (String trigger : triggers) {
      if (read.endsWith(trigger)) {
        return trigger;
      }
    }
    return null;
  }

  private Frame after() {
    return once ? End.HERE : new Free(this, "", true);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return tags.hashCode();
  }

  /**
   * Free text.
   *
   * @param read its end, as far as a trigger may begin with it
   */
  private record Free(TaggedText text, String read, boolean ends) implements Frame {
    @Override
    public void expand(Moves moves) {
      boolean token = !read.isEmpty() && read.codePointAt(0) == CodePoints.CONTROL;
      Set<Integer> letters = new LinkedHashSet<>();
      for (String trigger : text.triggers) {
        trigger.codePoints().forEach(letters::add);
      }
      CodePoints rest = CodePoints.ALL;
      for (int letter : letters) {
        rest = rest.minus(CodePoints.of(letter));
        String all = read + CodePoints.text(letter);
        String trigger = text.complete(all);
        if (trigger == null && token && !text.seen(all).equals(all)) {
          continue; // no control token comes but those that begin tags
        }
        moves.on(
            letter,
            trigger == null
                ? new Free(text, text.seen(all), ends)
                : new Begin(text, trigger, trigger));
      }
      if (token) {
        return;
      }
      moves.on(rest, new Free(text, "", ends));
      if (ends) {
        moves.end();
      }
    }
  }

  /**
   * A tag's beginning after its trigger.
   *
   * @param read of it
   */
  private record Begin(TaggedText text, String trigger, String read) implements Frame {
    @Override
    public void expand(Moves moves) {
      TreeMap<Integer, String> next = new TreeMap<>();
      List<Tag> complete = new ArrayList<>();
      for (Tag tag : text.tags) {
        if (tag.begin().equals(read)) {
          complete.add(tag);
        } else if (tag.begin().startsWith(read)) {
          int letter = tag.begin().codePointAt(read.length());
          next.put(letter, read + CodePoints.text(letter));
        }
      }
      next.forEach((letter, all) -> moves.on(letter, new Begin(text, trigger, all)));
      for (Tag tag : complete) {
        moves.call(tag.content(), new Fixed(tag.end(), 0, text.after()));
      }
    }
  }
}
