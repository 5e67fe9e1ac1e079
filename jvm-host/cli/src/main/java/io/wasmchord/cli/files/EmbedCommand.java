package io.wasmchord.cli.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.wasmchord.api.EmbeddingRequest;
import io.wasmchord.api.TokenInput;
import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.cli.terminal.Progress;
import io.wasmchord.embedding.Embedder;
import io.wasmchord.embedding.EmbeddingOptions;
import io.wasmchord.embedding.TextEmbedding;
import io.wasmchord.embedding.TextSequence;
import io.wasmchord.embedding.Vectors;
import io.wasmchord.jvm.LoadedModel;
import io.wasmchord.model.config.Pooling;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Texts to vectors. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the vectors (embeddings) of texts.",
      "Texts are TEXT..., or the lines of a file, or else those of standard input."
    })
public final class EmbedCommand implements Callable<Integer> {
  /** How vectors are printed. */
  enum Format {
    JSON,
    LINES
  }

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ModelOptions model = new ModelOptions();

  @Mixin private TextInputs texts = new TextInputs();

  @Option(
      names = "--pooling",
      paramLabel = "KIND",
      description = {
        "What becomes of the tokens' vectors: mean, cls (the first), last, or none (all of them).",
        "By default what the file says, or mean for an encoder and last for a decoder."
      })
  private @Nullable Pooling pooling;

  @Option(names = "--no-normalize", description = "Do not divide vectors by their length.")
  private boolean asTheyAre;

  @Option(
      names = "--format",
      defaultValue = "json",
      description = "json: as OpenAI's API; lines: a vector a line (default: ${DEFAULT-VALUE}).")
  private Format format = Format.JSON;

  @Option(names = "--truncate", description = "Cut texts beyond the context, do not refuse them.")
  private boolean truncate;

  @Option(
      names = "--similarity",
      description = "Print how similar each text is to each: a matrix of cosines, a row a line.")
  private boolean similarity;

  @Mixin private LongestText longest = new LongestText();

  @Override
  public Integer call() throws IOException {
    EmbeddingRequest request = request(texts.read(spec.commandLine()));
    PrintWriter err = spec.commandLine().getErr();
    try (LoadedModel loaded = model.open(err, longest::set)) {
      Embedder embedder = loaded.embedder();
      if (similarity) {
        similarities(embedder, request);
      } else if (format == Format.LINES) {
        lines(embedder, request);
      } else {
        json(Inputs.modelName(loaded.file()), embedder, request);
      }
      return 0;
    }
  }

  /** What is done with a text's vectors as soon as they are there. */
  @FunctionalInterface
  private interface Sink {
    void accept(int index, TextEmbedding embedding) throws IOException;
  }

  private EmbeddingRequest request(List<String> all) {
    return EmbeddingRequest.of(all.stream().map(TokenInput.Text::new).toList())
        .withOptions(new EmbeddingOptions(pooling, !asTheyAre, truncate));
  }

  private void embed(Embedder embedder, EmbeddingRequest request, Sink sink) throws IOException {
    int count = request.input().size();
    Progress progress = new Progress(spec.commandLine().getErr());
    IntFunction<int[]> tokens = Inputs.named("text", at -> request.tokens(at, embedder));
    try (TextSequence texts = embedder.sequence(count, tokens, request.options())) {
      while (texts.hasMore()) {
        TextSequence.Text done = texts.next(progress);
        sink.accept(done.index(), done.embedding());
        if (count > 1) {
          progress.progress("embed", done.index() + 1, count);
        }
      }
    }
    spec.commandLine().getOut().flush();
  }

  private void lines(Embedder embedder, EmbeddingRequest request) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    embed(
        embedder,
        request,
        (index, embedding) -> {
          for (float[] vector : embedding.vectors()) {
            StringBuilder line = new StringBuilder();
            for (float value : vector) {
              line.append(line.isEmpty() ? "" : " ").append(value);
            }
            out.println(line);
          }
        });
  }

  private void similarities(Embedder embedder, EmbeddingRequest request) throws IOException {
    List<float[]> vectors = new ArrayList<>();
    embed(embedder, request, (index, embedding) -> vectors.add(embedding.vector()));
    PrintWriter out = spec.commandLine().getOut();
    for (float[] row : vectors) {
      out.println(
          vectors.stream()
              .map(other -> String.format(Locale.ROOT, "%.4f", Vectors.cosine(row, other)))
              .collect(Collectors.joining(" ")));
    }
    out.flush();
  }

  private void json(String name, Embedder embedder, EmbeddingRequest request) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      int[] tokens = new int[1];
      json.writeStartObject();
      json.writeStringField("object", "list");
      json.writeArrayFieldStart("data");
      embed(
          embedder,
          request,
          (index, embedding) -> {
            json.writeStartObject();
            json.writeStringField("object", "embedding");
            json.writeNumberField("index", index);
            json.writeFieldName("embedding");
            vectors(json, embedding);
            json.writeEndObject();
            tokens[0] += embedding.tokens();
          });
      json.writeEndArray();
      json.writeStringField("model", name);
      json.writeObjectFieldStart("usage");
      json.writeNumberField("prompt_tokens", tokens[0]);
      json.writeNumberField("total_tokens", tokens[0]);
      json.writeEndObject();
      json.writeEndObject();
    }
    out.println();
    out.flush();
  }

  /** Without pooling an array of vectors, even where there is one token. */
  private void vectors(JsonGenerator json, TextEmbedding embedding) throws IOException {
    if (embedding.pooled()) {
      vector(json, embedding.vector());
      return;
    }
    json.writeStartArray();
    for (float[] vector : embedding.vectors()) {
      vector(json, vector);
    }
    json.writeEndArray();
  }

  private static void vector(JsonGenerator json, float[] vector) throws IOException {
    json.writeStartArray();
    for (float value : vector) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }
}
