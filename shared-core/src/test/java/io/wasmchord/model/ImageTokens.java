package io.wasmchord.model;

import io.wasmchord.gguf.GgufValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tokens of images that llama.cpp takes every vocabulary of chameleon to have, in a tiny one:
 * 8192 from the fourth on. Nothing is made of them, and their logits are left out.
 */
final class ImageTokens {
  private static final int FIRST = 4;
  private static final int COUNT = 8192;

  private ImageTokens() {}

  static boolean has(TinyModel model) {
    return model.value("general.architecture") instanceof GgufValue.Text name
        && name.value().equals("chameleon");
  }

  /** A model of as many tokens more, whose embeddings and outputs are zeros. */
  static TinyModel added(TinyModel model) {
    TinyModel more = model.copy();
    for (String name : List.of("token_embd.weight", "output.weight")) {
      more.insertRows(name, FIRST, COUNT);
    }
    String key = "tokenizer.ggml.tokens";
    List<String> tokens = new ArrayList<>(((GgufValue.Texts) model.value(key)).values());
    tokens.addAll(FIRST, IntStream.range(0, COUNT).mapToObj(i -> "IMGIMG" + i + "Z").toList());
    return more.meta(key, new GgufValue.Texts(tokens));
  }

  /** What the program prints after each token, without what it says of these. */
  static List<String> lines(String[] arguments, Path file, int[] tokens) throws IOException {
    int[] moved = Arrays.stream(tokens).map(id -> id < FIRST ? id : id + COUNT).toArray();
    return LlamaCppLogitsTest.lines(arguments, file, moved).stream()
        .map(ImageTokens::others)
        .toList();
  }

  private static String others(String line) {
    String[] logits = line.split(" ");
    return IntStream.range(0, logits.length)
        .filter(id -> id < FIRST || id >= FIRST + COUNT)
        .mapToObj(id -> logits[id])
        .collect(Collectors.joining(" "));
  }
}
