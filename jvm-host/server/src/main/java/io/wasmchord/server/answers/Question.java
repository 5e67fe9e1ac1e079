package io.wasmchord.server.answers;

import io.wasmchord.api.Answer;
import io.wasmchord.api.ChatCompletionRequest;
import io.wasmchord.api.CompletionRequest;
import io.wasmchord.api.GenerationParams;
import io.wasmchord.chat.AnswerReader;
import io.wasmchord.chat.ChatFormat;
import io.wasmchord.host.RunControl;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.server.models.ServedModel;
import io.wasmchord.session.GenerationOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked.
 *
 * @param prompt its tokens
 * @param options of the first answer
 * @param params of the request
 * @param answers what is made of the answers' tokens, one for each answer
 * @param readers what tells them
 * @param adapters that it chooses, or null for those that are chosen for all
 */
public record Question(
    int[] prompt,
    GenerationOptions options,
    GenerationParams params,
    List<Answer> answers,
    List<AnswerReader> readers,
    @Nullable List<AdapterScale> adapters) {
  public Question {
    answers = List.copyOf(answers);
    readers = List.copyOf(readers);
  }

  /**
   * A conversation's question.
   *
   * @param each makes an answer, given its index
   */
  public static Question of(
      ChatCompletionRequest request,
      ServedModel model,
      IntFunction<Answer> each,
      RunControl control) {
    return model.withFormats(formats -> {
      ChatFormat format = request.format(formats);
      int[] prompt = format.encode(request.chat(), control);
      return of(
          prompt,
          request.options(format, prompt),
          request.params(),
          each,
          answer -> format.reader(request.chat(), prompt, request.splitsReasoning(), answer));
    });
  }

  /**
   * What follows a text.
   *
   * @param request with one prompt
   * @param each makes an answer, given its index
   */
  public static Question of(
      CompletionRequest request, ServedModel model, IntFunction<Answer> each) {
    return of(
        request.tokens(model.model().tokenizer(), 0),
        request.params().options(),
        request.params(),
        each,
        answer -> AnswerReader.plain(model.model().tokenizer(), answer));
  }

  /** The same with adapters that are chosen for it. */
  public Question with(@Nullable List<AdapterScale> chosen) {
    return new Question(prompt, options, params, answers, readers, chosen);
  }

  private static Question of(
      int[] prompt,
      GenerationOptions options,
      GenerationParams params,
      IntFunction<Answer> each,
      Function<Answer, AnswerReader> reader) {
    List<Answer> answers = new ArrayList<>();
    List<AnswerReader> readers = new ArrayList<>();
    for (int i = 0; i < params.answers(); i++) {
      answers.add(each.apply(i));
      readers.add(reader.apply(answers.getLast()));
    }
    return new Question(prompt, options, params, answers, readers, null);
  }
}
