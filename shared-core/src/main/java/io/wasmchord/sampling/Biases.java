package io.wasmchord.sampling;

import io.wasmchord.errors.InvalidRequestException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds to the logits of named tokens. */
final class Biases {
  private final Map<Integer, Float> byId = new LinkedHashMap<>();

  Biases(List<LogitBias> all, SamplerTexts texts) {
    for (LogitBias bias : all) {
      int[] ids =
          switch (bias) {
            case LogitBias.OfToken(int id, float by) -> new int[] {id};
            case LogitBias.OfText(String text, float by) -> texts.tokens(text);
          };
      for (int id : ids) {
        if (id >= texts.size()) {
          throw new InvalidRequestException(
              "logit_bias names token " + id + "; the model has " + texts.size());
        }
        byId.merge(id, bias.bias(), Float::sum);
      }
    }
  }

  void apply(float[] logits) {
    byId.forEach((id, bias) -> logits[id] = Math.min(logits[id] + bias, Float.MAX_VALUE));
  }
}
