package io.wasmchord.api;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for how well documents fit a query.
 *
 * @param documents one or more
 * @param topN how many of the best are named, or null for all
 * @param returnDocuments whether the answer repeats their texts
 * @param rawScores whether the model's own numbers are wanted, and not scores from 0 to 1
 * @param truncate whether a document that does not fit the model's context together with the query
 *     loses its end, rather than being refused
 * @param model what the caller calls the model, or null
 */
public record RerankRequest(
    String query,
    List<String> documents,
    @Nullable Integer topN,
    boolean returnDocuments,
    boolean rawScores,
    boolean truncate,
    @Nullable String model) {
  private static final List<String> KNOWN =
      List.of(
          "query",
          "documents",
          "top_n",
          "return_documents",
          "raw_scores",
          "truncate",
          "model",
          "user");

  private static final List<Refusal> REFUSED =
      List.of(
          Refusal.of("texts", "give the texts as documents"),
          Refusal.of(
              "max_chunks_per_doc",
              "split long documents yourself, or have their ends cut with truncate"));

  public RerankRequest {
    documents = List.copyOf(documents);
  }

  /** A request in which all but the texts is as where nothing is said. */
  public static RerankRequest of(String query, List<String> documents) {
    return new RerankRequest(query, documents, null, false, false, false, null);
  }

  /**
   * The request that {@code json} spells, in the shape that Jina's and Cohere's services have.
   *
   * @throws io.wasmchord.errors.InvalidRequestException when an option is not known, cannot be met
   *     or is out of range
   */
  public static RerankRequest of(JsonValue json, RequestContext context) {
    Fields fields = Fields.of(json, context, KNOWN, REFUSED);
    String needed = "query and documents";
    String query = Fields.name("query", fields.need("query", needed));
    JsonValue given = fields.need("documents", needed);
    if (!(given instanceof JsonArray array) || array.elements().isEmpty()) {
      throw Fields.refuse("documents", "a list of one or more texts", given);
    }
    RerankRequest otherwise = of(query, Fields.list("documents", array, RerankRequest::document));
    Long topN = fields.whole("top_n", 1, Integer.MAX_VALUE);
    fields.text("user");
    return new RerankRequest(
        query,
        otherwise.documents,
        topN == null ? null : topN.intValue(),
        fields.flag("return_documents", otherwise.returnDocuments),
        fields.flag("raw_scores", otherwise.rawScores),
        fields.flag("truncate", otherwise.truncate),
        fields.text("model"));
  }

  /** A text, or an object that has one under {@code text}. */
  private static String document(String where, JsonValue value) {
    boolean object = value instanceof JsonObject && Values.isObject(value);
    JsonValue text = object ? ((JsonObject) value).getOrNull("text") : value;
    return Fields.name(object ? where + ".text" : where, text);
  }
}
