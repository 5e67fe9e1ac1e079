package io.wasmchord.api;

import io.wasmchord.sampling.ScoreOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which log-probabilities a request wants, as OpenAI's two shapes say it. */
final class ScoreFields {
  private static final String AFTER = "logprobs_after_samplers";
  private static final String TOP = "top_logprobs";

  static final List<String> OF_TEXT = List.of("logprobs", AFTER);
  static final List<String> OF_CHAT = List.of("logprobs", TOP, AFTER);

  private ScoreFields() {}

  /** A chat's: {@code logprobs} is true or false, {@code top_logprobs} a number. */
  static @Nullable ScoreOptions ofChat(Fields fields) {
    boolean wanted = fields.flag("logprobs", false);
    Long top = fields.whole(TOP, 0, ScoreOptions.MOST);
    if (!wanted && top != null && top > 0) {
      throw Fields.refuse(TOP + " is " + top + " without logprobs; set logprobs to true");
    }
    return of(fields, wanted ? (Long) (top == null ? 0 : top) : null, false);
  }

  /** A text's: {@code logprobs} is a number; false is taken for none. */
  static @Nullable ScoreOptions ofText(Fields fields, boolean echo) {
    Long most =
        Boolean.FALSE.equals(fields.flagOrNull("logprobs"))
            ? null
            : fields.whole("logprobs", 0, ScoreOptions.MOST);
    return of(fields, most, echo);
  }

  private static @Nullable ScoreOptions of(Fields fields, @Nullable Long most, boolean prompt) {
    boolean after = fields.flag(AFTER, false);
    if (most == null) {
      if (after) {
        throw Fields.refuse(AFTER + " is true without logprobs; give logprobs");
      }
      return null;
    }
    return new ScoreOptions(most.intValue(), after, prompt);
  }
}
