package io.wasmchord.cli.files;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Shapes of well-known models, with the numbers of their public configurations. */
enum SynthShapes {
  TINY("tiny", 2, 512, new SynthLlama(256, 4, 2, 512, 512, 10_000, false)),
  TINYLLAMA("tinyllama-1.1b", 22, 32_000, new SynthLlama(2048, 32, 4, 5632, 2048, 10_000, false)),
  LLAMA_3_2_1B(
      "llama-3.2-1b", 16, 128_256, new SynthLlama(2048, 32, 8, 8192, 131_072, 500_000, true)),
  LLAMA_2_7B("llama-2-7b", 32, 32_000, new SynthLlama(4096, 32, 32, 11_008, 4096, 10_000, false)),
  LLAMA_3_8B("llama-3-8b", 32, 128_256, new SynthLlama(4096, 32, 8, 14_336, 8192, 500_000, false)),
  QWEN3_30B_A3B("qwen3-30b-a3b", 48, 151_936, SynthMixtures::qwen3),
  LFM2_1_2B("lfm2-1.2b", 16, 65_536, SynthHybrids::lfm2),
  LFM2_8B_A1B("lfm2-8b-a1b", 24, 65_536, SynthHybrids::lfm2moe),
  GRANITE_4_H_TINY("granite-4-h-tiny", 40, 100_352, SynthHybrids::granite),
  GPT_OSS_20B("gpt-oss-20b", 24, 201_088, SynthMixtures::gptOss),
  QWEN3_5_0_8B("qwen3.5-0.8b", 24, 248_320, SynthHybrids::qwen35),
  GEMMA_3N_E2B("gemma-3n-e2b", 30, 262_400, SynthGemmas::gemma3n),
  GEMMA_4_E2B("gemma-4-e2b", 35, 262_144, SynthGemmas::gemma4);

  private final String title;
  private final int usualLayers;
  private final int usualVocabulary;
  private final Made made;

  /** What makes a shape. */
  @FunctionalInterface
  interface Made {
    SynthShape of(int layers, int vocabulary);
  }

  SynthShapes(String title, int usualLayers, int usualVocabulary, Made made) {
    this.title = title;
    this.usualLayers = usualLayers;
    this.usualVocabulary = usualVocabulary;
    this.made = made;
  }

  /** The model with so many layers and tokens. */
  SynthShape of(int layers, int vocabulary) {
    return made.of(layers, vocabulary);
  }

  String title() {
    return title;
  }

  /** Layers of the model that it imitates. */
  int usualLayers() {
    return usualLayers;
  }

  /** Tokens of the model that it imitates. */
  int usualVocabulary() {
    return usualVocabulary;
  }

  static String titles() {
    return Arrays.stream(values()).map(SynthShapes::title).collect(Collectors.joining(", "));
  }
}
