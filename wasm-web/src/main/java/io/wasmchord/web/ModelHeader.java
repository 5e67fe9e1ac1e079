package io.wasmchord.web;

import io.wasmchord.chat.ChatPreset;
import io.wasmchord.gguf.GgufFile;
import io.wasmchord.gguf.GgufValue;
import io.wasmchord.gguf.Metadata;
import io.wasmchord.gguf.TensorInfo;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.config.Classifier;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.Residency;
import io.wasmchord.tokenizer.Normalization;
import io.wasmchord.tokenizer.Tokenizer;
import io.wasmchord.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A header that was checked: this version can run the model, if its bytes are what they should. */
record ModelHeader(Residency model, Tokenizer tokenizer) implements EngineStage {
  private static final String TEMPLATE = "tokenizer.chat_template";
  private static final String LICENSE = "general.license";

  static ModelHeader of(GgufFile file, Normalization normalization) {
    return new ModelHeader(
        Residency.of(file), Tokenizers.of(file.metadata(), normalization, RunControl.NONE));
  }

  GgufFile file() {
    return model.file();
  }

  ModelConfig config() {
    return model.config();
  }

  /**
   * Decides how the model will lie in memory.
   *
   * @param draft a smaller model that is to lie beside it, or null
   * @throws io.wasmchord.errors.OutOfMemoryException when not even one layer at a time fits
   */
  PlannedModel plan(LoadRequest request, @Nullable ModelHeader draft) {
    PlannedProposer beside =
        request.head()
            ? PlannedHead.of(model, request)
            : draft == null ? null : PlannedDraft.of(draft, this, request);
    LoadRequest left = beside == null ? request : request.without(beside.bytes());
    return new PlannedModel(this, request, LoadPlan.of(model, left), beside, null);
  }

  /** The model's name: that in the file, or the file's. */
  String name() {
    return file().metadata().string("general.name", file().fileName());
  }

  /** What the head of a classifier or reranker is for, or null where there is none. */
  private static JsonValue classifier(Classifier head) {
    if (!head.exists()) {
      return JsonValue.ofNull();
    }
    List<JsonValue> labels = new ArrayList<>();
    for (int i = 0; i < head.outputs(); i++) {
      labels.add(JsonValue.of(head.label(i)));
    }
    return JsonObject.builder()
        .put("ranks", head.ranks())
        .put("labels", JsonValue.of(labels))
        .build();
  }

  /** What the file says of itself. */
  JsonObject.Builder describe() {
    GgufFile file = file();
    ModelConfig config = config();
    Metadata m = file.metadata();
    TreeMap<String, Integer> types = new TreeMap<>();
    long parameters = 0;
    for (TensorInfo tensor : file.tensors()) {
      types.merge(tensor.type().name(), 1, Integer::sum);
      parameters += tensor.elements();
    }
    JsonObject.Builder counts = JsonObject.builder();
    types.forEach((type, count) -> counts.put(type, count));
    boolean written = m.value(TEMPLATE) instanceof GgufValue.Text;
    String template = written ? m.string(TEMPLATE) : "";
    boolean none = !m.has(TEMPLATE) || (written && template.isBlank()); // others a chat refuses
    ChatPreset preset = ChatPreset.detect(template);
    return JsonObject.builder()
        .put("name", name())
        .put(
            "license",
            m.value(LICENSE) instanceof GgufValue.Text
                ? JsonValue.of(m.string(LICENSE))
                : JsonValue.ofNull())
        .put("architecture", config.architecture())
        .put("kind", config.encoder() ? "embedding" : "language")
        .put("pooling", config.pooling().name().toLowerCase(Locale.ROOT))
        .put("classifier", classifier(config.classifier()))
        .put("parameters", parameters)
        .put("fileBytes", file.dataOffset() + file.dataBytes())
        .put("trainedContextLength", config.contextLength())
        .put("vocabularySize", config.vocabulary())
        .put("layers", config.layers())
        .put("hidden", config.hidden())
        .put("tensorTypes", counts.build())
        .put(
            "chatTemplate",
            preset != null
                ? JsonValue.of(preset.name().toLowerCase(Locale.ROOT))
                : none ? JsonValue.ofNull() : JsonValue.of("jinja"))
        .put("thinkingSwitch", template.contains("enable_thinking"));
  }
}
