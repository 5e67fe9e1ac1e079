package io.wasmchord.cli.files;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Shapes of well-known models that {@code chord synth} imitates. */
public enum SynthShape {
  TINY("tiny", 2, 256, 4, 2, 512, 512, 512, 10_000f, false),
  TINYLLAMA("tinyllama-1.1b", 22, 2048, 32, 4, 5632, 32_000, 2048, 10_000f, false),
  LLAMA_3_2_1B("llama-3.2-1b", 16, 2048, 32, 8, 8192, 128_256, 131_072, 500_000f, true),
  LLAMA_2_7B("llama-2-7b", 32, 4096, 32, 32, 11_008, 32_000, 4096, 10_000f, false),
  LLAMA_3_8B("llama-3-8b", 32, 4096, 32, 8, 14_336, 128_256, 8192, 500_000f, false);

  private final String title;
  private final int layers;
  private final int hidden;
  private final int heads;
  private final int kvHeads;
  private final int feedForward;
  private final int vocabulary;
  private final int context;
  private final float ropeBase;
  private final boolean tied;

  SynthShape(
      String title,
      int layers,
      int hidden,
      int heads,
      int kvHeads,
      int feedForward,
      int vocabulary,
      int context,
      float ropeBase,
      boolean tied) {
    this.title = title;
    this.layers = layers;
    this.hidden = hidden;
    this.heads = heads;
    this.kvHeads = kvHeads;
    this.feedForward = feedForward;
    this.vocabulary = vocabulary;
    this.context = context;
    this.ropeBase = ropeBase;
    this.tied = tied;
  }

  String title() {
    return title;
  }

  int layers() {
    return layers;
  }

  int hidden() {
    return hidden;
  }

  int heads() {
    return heads;
  }

  int kvHeads() {
    return kvHeads;
  }

  int feedForward() {
    return feedForward;
  }

  int vocabulary() {
    return vocabulary;
  }

  int context() {
    return context;
  }

  float ropeBase() {
    return ropeBase;
  }

  /** Whether the embedding is also the output matrix. */
  boolean tied() {
    return tied;
  }

  static String titles() {
    return Arrays.stream(values()).map(SynthShape::title).collect(Collectors.joining(", "));
  }
}
