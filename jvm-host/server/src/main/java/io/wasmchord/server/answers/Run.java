package io.wasmchord.server.answers;

import static io.wasmchord.server.metrics.Metrics.label;

import io.wasmchord.api.Choices;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.host.RunControl;
import io.wasmchord.json.JsonObject;
import io.wasmchord.jvm.slots.Slots;
import io.wasmchord.server.http.Call;
import io.wasmchord.server.metrics.Metrics;
import io.wasmchord.server.models.ServedModel;
import io.wasmchord.session.Generation;
import io.wasmchord.session.GenerationBatch;
import io.wasmchord.session.GenerationResult;
import io.wasmchord.session.Session;
import io.wasmchord.session.TokenListener;
import io.wasmchord.session.TokenScore;
import java.util.ArrayList;
import java.util.List;

/** The answers to a question, computed in the calling thread and sent as they come. */
final class Run {
  private final Call call;
  private final ServedModel model;
  private final Slots.Seat seat;
  private final Question question;
  private final AnswerShape shape;
  private final Metrics metrics;
  private final Choices choices;
  private boolean begun;

  Run(
      Call call,
      ServedModel model,
      Slots.Seat seat,
      Question question,
      AnswerShape shape,
      Metrics metrics) {
    this.call = call;
    this.model = model;
    this.seat = seat;
    this.question = question;
    this.shape = shape;
    this.metrics = metrics;
    this.choices = new Choices(question.answers(), question.params(), model.loadMs());
  }

  void run(RunControl control) {
    Session session = seat.session(question.prompt(), question.adapters());
    for (int i = 0; i < question.answers().size(); i++) {
      send(i);
    }
    if (question.answers().size() == 1) {
      GenerationResult result =
          session.generate(question.prompt(), question.options(), new Told(0), control);
      seat.note(question.prompt(), result.tokens());
      end(0, result);
    } else {
      new Several(session).run(control);
    }
  }

  /** Sends what has come of an answer. */
  private void send(int answer) {
    question.answers().get(answer).chunks().forEach(part -> call.send(shape.framing(), part));
  }

  private void end(int answer, GenerationResult result) {
    question.readers().get(answer).end();
    send(answer);
    count(result, answer == 0);
    JsonObject part = choices.end(answer, result);
    if (part != null) {
      call.send(shape.framing(), part);
    }
    if (!choices.ended()) {
      return;
    }
    JsonObject whole = choices.whole(answer);
    if (question.params().stream()) {
      shape.last().apply(whole).forEach(last -> call.send(shape.framing(), last));
      call.end();
    } else {
      call.send(whole);
    }
  }

  private void count(GenerationResult result, boolean prompt) {
    String of = label("model", model.name());
    if (prompt) {
      metrics.count("chord_prompt_tokens_total", of, result.promptTokens());
      metrics.count("chord_cached_tokens_total", of, result.cachedTokens());
    }
    metrics.count("chord_completion_tokens_total", of, result.tokens().length);
  }

  private void noteFirst() {
    if (!begun) {
      begun = true;
      metrics.time("chord_time_to_first_token_seconds", System.nanoTime() - call.start());
    }
  }

  /** Tells an answer's reader, and sends what comes of it. */
  private final class Told implements TokenListener {
    private final int answer;
    private final AnswerReader reader;

    Told(int answer) {
      this.answer = answer;
      this.reader = question.readers().get(answer);
    }

    @Override
    public boolean onText(String text) {
      noteFirst();
      return sent(reader.onText(text));
    }

    @Override
    public boolean onMark(int id) {
      noteFirst();
      return sent(reader.onMark(id));
    }

    private boolean sent(boolean more) {
      send(answer);
      return more;
    }

    @Override
    public void onScore(TokenScore score) {
      reader.onScore(score);
    }

    @Override
    public void onPrompt(List<TokenScore> scores) {
      reader.onPrompt(scores);
    }
  }

  /** Several answers, computed together; the first computes the prompt. */
  private final class Several {
    private final Session first;
    private final GenerationBatch batch = new GenerationBatch();
    private final List<Generation> generations = new ArrayList<>();
    private final List<Session> own = new ArrayList<>();

    Several(Session first) {
      this.first = first;
    }

    void run(RunControl control) {
      try {
        add(first).keepLastApart(true);
        while (batch.size() > 0 && !generations.getFirst().promptComputed()) {
          step(control);
        }
        for (int i = 1; i < question.answers().size(); i++) {
          add(another());
        }
        while (batch.size() > 0) {
          step(control);
        }
      } finally {
        own.forEach(Session::close);
      }
    }

    private Session another() {
      long most = (long) question.prompt().length + question.options().maxTokens();
      Session session = model.model().session((int) Math.min(model.model().contextLength(), most));
      own.add(session);
      if (question.adapters() != null) {
        session.adapt(question.adapters());
      }
      return session;
    }

    private Generation add(Session session) {
      int answer = generations.size();
      Generation generation = session.start(question.prompt(), question.options().ofAnswer(answer));
      generations.add(generation);
      batch.add(generation, new Told(answer));
      return generation;
    }

    private void step(RunControl control) {
      for (GenerationBatch.Outcome outcome : batch.step(control)) {
        if (outcome instanceof GenerationBatch.Outcome.Failed(_, var cause)) {
          throw cause;
        }
        if (outcome instanceof GenerationBatch.Outcome.Ended(var generation)) {
          end(generations.indexOf(generation), generation.result());
        }
      }
    }
  }
}
