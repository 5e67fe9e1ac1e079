package io.wasmchord.cli.options;

import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.jvm.LoadedModelBuilder;
import io.wasmchord.session.speculation.SpeculationOptions;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What proposes tokens ahead of the model; at most one of them is given. */
public final class SpeculationChoice {
  @Option(
      names = "--lookup",
      description = {
        "Propose tokens that followed the last ones before, in the prompt or the answer.",
        "The answer is the same; where it repeats the prompt it comes faster."
      })
  private boolean lookup;

  @Option(
      names = "--draft",
      paramLabel = "FILE",
      description = {
        "A smaller model with the same vocabulary that proposes tokens; the answer is the same.",
        FetchOptions.ADDRESSES
      })
  private @Nullable String draft;

  @Option(
      names = "--mtp",
      description = {
        "Propose the tokens of the model's own block for it (multi-token prediction), where its",
        "file has one; the answer is the same."
      })
  private boolean own;

  /** How tokens are proposed. */
  public SpeculationOptions options() {
    if (draft != null || own) {
      return SpeculationOptions.DRAFT;
    }
    return lookup ? SpeculationOptions.LOOKUP : SpeculationOptions.OFF;
  }

  /** Sets what proposes: {@code smaller}, if it is not null, or what the user chose else. */
  public LoadedModelBuilder set(LoadedModelBuilder builder, @Nullable LoadedModel smaller) {
    LoadedModelBuilder set = own ? builder.mtp() : builder;
    return smaller == null ? set : set.draft(smaller);
  }

  /**
   * The draft model, or null where none is named; it computes as {@code model} says.
   *
   * @param context of the other model, or 0 for the usual one
   */
  public @Nullable LoadedModel open(ModelOptions model, int context, PrintWriter err) {
    return draft == null ? null : model.open(draft, context, err);
  }
}
