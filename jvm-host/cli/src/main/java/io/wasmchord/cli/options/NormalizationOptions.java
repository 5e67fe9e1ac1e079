package io.wasmchord.cli.options;

import io.wasmchord.tokenizer.Normalization;
import picocli.CommandLine.Option;

/** What is done to text before it becomes tokens. */
public final class NormalizationOptions {
  @Option(
      names = "--no-nfc",
      description = {
        "Take text as it is, as llama.cpp does, where the model's authors compose it",
        "(Unicode's NFC: Qwen, Command R, Pythia, OLMo 1, MPT, ModernBERT)."
      })
  private boolean asItIs;

  public Normalization chosen() {
    return asItIs ? Normalization.NONE : Normalization.AUTHORS;
  }
}
