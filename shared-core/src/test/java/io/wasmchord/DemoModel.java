package io.wasmchord;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.weights.HeapWeights;
import java.nio.file.Path;

/** The model that the project ships, and what llama.cpp makes of it. */
public final class DemoModel {
  /** Its file's name. */
  public static final String NAME = "wasm-chord-demo-q4_k_m";

  private DemoModel() {}

  /** The file. */
  public static Path path() {
    return Path.of(System.getProperty("chord.root", ".."), "models", NAME + ".gguf");
  }

  public static HeapWeights file() {
    return HeapWeights.read(path());
  }

  /** Prompts, their tokens, and the tokens that follow at temperature 0. */
  public static JsonNode cases() {
    return ReferenceData.json(path().resolveSibling(NAME + ".expected.json")).get("cases");
  }
}
