package io.wasmchord.e2e;

import io.wasmchord.chat.AnswerListener;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.session.GenerationOptions;
import io.wasmchord.session.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the pages' examples in Java take for granted. An example is compiled as a method of a class
 * below this one, and {@link #main} runs it in a folder that has the files it names.
 */
public abstract class JavaExampleGivens {
  protected static final Path path = Path.of("base.gguf");
  protected static final Path journal = Path.of("answer.journal");
  protected static final AnswerListener listener =
      new AnswerListener() {
        @Override
        public boolean onReasoning(String text) {
          return true;
        }

        @Override
        public boolean onAnswer(String text) {
          return true;
        }
      };
  protected static final GenerationOptions options =
      new GenerationOptions(8, List.of(), SamplerOptions.defaults(7));
  protected final String text;
  protected final LoadedModel model = LoadedModel.builder(path).context(512).load();
  protected final Session session = model.session();
  protected final int[] prompt = model.tokenizer().encode("Once upon a time", true, true);

  protected JavaExampleGivens() throws IOException {
    text = Files.readString(Path.of("text.txt"));
  }

  protected abstract void run() throws Exception;

  /** Runs the examples whose classes are named, one after the other. */
  public static void main(String[] classes) throws Exception {
    for (String name : classes) {
      System.out.println(name);
      Class<?> example = Class.forName(name);
      if (JavaExampleGivens.class.isAssignableFrom(example)) {
        JavaExampleGivens givens =
            (JavaExampleGivens) example.getDeclaredConstructor().newInstance();
        givens.run();
        givens.session.close();
        givens.model.close();
      } else {
        var main = example.getDeclaredMethod("main", String[].class);
        main.setAccessible(true);
        main.invoke(null, (Object) new String[] {path.toString()});
      }
    }
    System.out.println("all examples ran");
  }
}
