package io.wasmchord.consumer;

import io.wasmchord.host.RunControl;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.util.List;
import java.util.function.Predicate;

/**
 * The example of the README and of {@link LoadedModel}, whose lines {@link ExampleTest} compares.
 */
final class Example {
  private Example() {}

  /**
   * Continues a text.
   *
   * @param address of the model
   * @param print is given the text as it comes, and says whether it wants more
   */
  static void run(String address, Predicate<String> print) {
    // the example begins
    try (LoadedModel model = LoadedModel.builder(address).threads(2).context(512).load();
        Session session = model.session()) {
      int[] prompt = model.tokenizer().encode("Once upon a time", true, true);
      GenerationOptions options = new GenerationOptions(64, List.of(), SamplerOptions.greedy());
      session.generate(prompt, options, text -> print.test(text), RunControl.NONE);
    }
    // the example ends
  }
}
