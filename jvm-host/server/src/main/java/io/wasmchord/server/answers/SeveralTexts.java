package io.wasmchord.server.answers;

import static io.wasmchord.server.metrics.Metrics.label;

import io.wasmchord.api.AnswerHead;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.Completions;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.http.Framing;
import io.wasmchord.server.metrics.Metrics;
import io.wasmchord.server.models.ServedModel;
import io.wasmchord.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Continuations of several texts, or several of one, computed together in the calling thread. */
final class SeveralTexts {
  private final Call call;
  private final ServedModel model;
  private final CompletionRequest request;
  private final Metrics metrics;
  private boolean begun;

  SeveralTexts(Call call, ServedModel model, CompletionRequest request, Metrics metrics) {
    this.call = call;
    this.model = model;
    this.request = request;
    this.metrics = metrics;
  }

  /**
   * Answers.
   *
   * @param first the slot's session; others are made for the time being
   * @param most sessions together
   */
  void run(
      Session first,
      @Nullable List<AdapterScale> adapters,
      int most,
      AnswerHead head,
      RunControl control) {
    List<Session> sessions = new ArrayList<>(List.of(first));
    try {
      while (sessions.size() < Math.min(most, request.choices())) {
        Session another = model.model().session();
        sessions.add(another);
        if (adapters != null) {
          another.adapt(adapters);
        }
      }
      JsonObject whole =
          Completions.complete(
              request,
              sessions,
              model.model().tokenizer(),
              head,
              model.loadMs(),
              this::send,
              control);
      count(whole);
      if (request.params().stream()) {
        call.send(Framing.EVENTS, whole);
        call.end();
      } else {
        call.send(whole);
      }
    } finally {
      sessions.subList(1, sessions.size()).forEach(Session::close);
    }
  }

  private void send(JsonObject chunk) {
    if (!begun) {
      begun = true;
      metrics.time("chord_time_to_first_token_seconds", System.nanoTime() - call.start());
    }
    call.send(Framing.EVENTS, chunk);
  }

  private void count(JsonObject whole) {
    if (whole.get("usage") instanceof JsonObject usage) {
      count("chord_prompt_tokens_total", usage.get("prompt_tokens"));
      count("chord_cached_tokens_total", usage.get("cached_tokens"));
      count("chord_completion_tokens_total", usage.get("completion_tokens"));
    }
  }

  private void count(String counter, @Nullable JsonValue tokens) {
    if (tokens instanceof JsonValue.Int(long number)) {
      metrics.count(counter, label("model", model.name()), (double) number);
    }
  }
}
