package io.wasmchord.api;

import io.wasmchord.json.JsonArray;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.sampling.AdaptiveOptions;
import io.wasmchord.sampling.CutOptions;
import io.wasmchord.sampling.DryOptions;
import io.wasmchord.sampling.LogitBias;
import io.wasmchord.sampling.MirostatOptions;
import io.wasmchord.sampling.PenaltyOptions;
import io.wasmchord.sampling.Range;
import io.wasmchord.sampling.SamplerName;
import io.wasmchord.sampling.SamplerOptions;
import io.wasmchord.sampling.TemperatureOptions;
import io.wasmchord.sampling.XtcOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the next token is chosen, as requests say it: OpenAI's options, and llama.cpp's server's. */
final class SamplingFields {
  static final List<String> KNOWN =
      List.of(
          "temperature",
          "top_p",
          "top_k",
          "min_p",
          "repetition_penalty",
          "frequency_penalty",
          "presence_penalty",
          "repeat_last_n",
          "seed",
          "logit_bias",
          "dynatemp_range",
          "dynatemp_exponent",
          "typical_p",
          "top_n_sigma",
          "xtc_probability",
          "xtc_threshold",
          "dry_multiplier",
          "dry_base",
          "dry_allowed_length",
          "dry_penalty_last_n",
          "dry_sequence_breakers",
          "mirostat",
          "mirostat_tau",
          "mirostat_eta",
          "adaptive_target",
          "adaptive_decay",
          "samplers");

  private static final String BIAS = "logit_bias";

  private final Fields fields;

  private SamplingFields(Fields fields) {
    this.fields = fields;
  }

  static SamplerOptions of(Fields fields, SamplerOptions otherwise) {
    return new SamplingFields(fields).options(otherwise);
  }

  private SamplerOptions options(SamplerOptions otherwise) {
    Long seed = fields.whole("seed", true);
    List<SamplerName> samplers = fields.list("samplers", "a list", SamplingFields::sampler);
    return new SamplerOptions(
        temperature(otherwise.temperature()),
        cuts(otherwise.cuts()),
        penalties(otherwise.penalties()),
        dry(otherwise.dry()),
        xtc(otherwise.xtc()),
        mirostat(otherwise.mirostat()),
        adaptive(otherwise.adaptive()),
        bias(),
        samplers == null ? otherwise.samplers() : samplers,
        seed == null ? otherwise.seed() : seed);
  }

  private float number(String option, Range range, float otherwise) {
    return (float) fields.number(option, range, otherwise);
  }

  private int count(String option, int otherwise) {
    Long whole = fields.whole(option, false);
    return whole == null ? otherwise : (int) Math.min(whole, Integer.MAX_VALUE);
  }

  private TemperatureOptions temperature(TemperatureOptions otherwise) {
    return new TemperatureOptions(
        number("temperature", TemperatureOptions.VALUE, otherwise.value()),
        number("dynatemp_range", TemperatureOptions.VALUE, otherwise.range()),
        number("dynatemp_exponent", TemperatureOptions.EXPONENT, otherwise.exponent()));
  }

  private CutOptions cuts(CutOptions otherwise) {
    return new CutOptions(
        count("top_k", otherwise.topK()),
        number("top_p", CutOptions.PROBABILITY, otherwise.topP()),
        number("min_p", CutOptions.PROBABILITY, otherwise.minP()),
        number("typical_p", CutOptions.PROBABILITY, otherwise.typicalP()),
        number("top_n_sigma", CutOptions.SIGMA, otherwise.topNSigma()));
  }

  private PenaltyOptions penalties(PenaltyOptions otherwise) {
    return new PenaltyOptions(
        number("repetition_penalty", PenaltyOptions.REPETITION, otherwise.repetition()),
        number("frequency_penalty", PenaltyOptions.PENALTY, otherwise.frequency()),
        number("presence_penalty", PenaltyOptions.PENALTY, otherwise.presence()),
        count("repeat_last_n", otherwise.window()));
  }

  private DryOptions dry(DryOptions otherwise) {
    List<String> breakers = fields.list("dry_sequence_breakers", "a list of texts", Fields::name);
    return new DryOptions(
        number("dry_multiplier", DryOptions.MULTIPLIER, otherwise.multiplier()),
        number("dry_base", DryOptions.BASE, otherwise.base()),
        count("dry_allowed_length", otherwise.allowedLength()),
        count("dry_penalty_last_n", otherwise.window()),
        breakers == null ? otherwise.breakers() : breakers);
  }

  private XtcOptions xtc(XtcOptions otherwise) {
    return new XtcOptions(
        number("xtc_probability", CutOptions.PROBABILITY, otherwise.probability()),
        number("xtc_threshold", CutOptions.PROBABILITY, otherwise.threshold()));
  }

  private MirostatOptions mirostat(MirostatOptions otherwise) {
    Long version = fields.whole("mirostat", 0, 2);
    return new MirostatOptions(
        version == null ? otherwise.version() : version.intValue(),
        number("mirostat_tau", MirostatOptions.TAU, otherwise.tau()),
        number("mirostat_eta", MirostatOptions.ETA, otherwise.eta()));
  }

  private AdaptiveOptions adaptive(AdaptiveOptions otherwise) {
    return new AdaptiveOptions(
        number("adaptive_target", AdaptiveOptions.TARGET, otherwise.target()),
        number("adaptive_decay", AdaptiveOptions.DECAY, otherwise.decay()));
  }

  private static SamplerName sampler(String where, JsonValue value) {
    return SamplerName.of(Fields.name(where, value));
  }

  /** An object by ids, as OpenAI has it, or a list of pairs, as llama.cpp's server has it. */
  private List<LogitBias> bias() {
    JsonValue value = fields.get(BIAS);
    List<LogitBias> all = new ArrayList<>();
    switch (value) {
      case null -> {}
      case JsonArray pairs -> all.addAll(Fields.list(BIAS, pairs, SamplingFields::pair));
      case JsonObject ids when Values.isObject(ids) ->
          ids.keys()
              .forEach(key -> {
                Integer id = id(key);
                if (id == null) {
                  throw Fields.refuse(
                      BIAS
                          + " is by ids of tokens, and "
                          + Values.shown(JsonValue.of(key))
                          + " is none; for a text give a list: [[text, bias]]");
                }
                all.add(new LogitBias.OfToken(id, by(BIAS + "." + key, ids.getOrNull(key))));
              });
      default -> throw Fields.refuse(BIAS, "an object or a list of pairs", value);
    }
    return all;
  }

  private static LogitBias pair(String where, JsonValue value) {
    if (value instanceof JsonArray(List<JsonValue> pair) && pair.size() == 2) {
      float by = by(where + "[1]", pair.get(1));
      if (pair.getFirst() instanceof JsonValue.Text(String text)) {
        return new LogitBias.OfText(text, by);
      }
      Double number = Values.number(pair.getFirst());
      if (number != null && Values.isWhole(number) && number >= 0 && number < Integer.MAX_VALUE) {
        return new LogitBias.OfToken(number.intValue(), by);
      }
    }
    throw Fields.refuse(where, "[a token's id or a text, what is added]", value);
  }

  private static float by(String where, JsonValue value) {
    if (value.equals(JsonValue.of(false))) {
      return Float.NEGATIVE_INFINITY;
    }
    Double number = Values.number(value);
    if (number == null || !(Math.abs(number) <= LogitBias.MOST)) {
      throw Fields.refuse(
          where,
          "a number from " + (int) -LogitBias.MOST + " to " + (int) LogitBias.MOST + ", or false",
          value);
    }
    return number.floatValue();
  }

  private static @Nullable Integer id(String key) {
    boolean digits = !key.isEmpty() && key.length() < 10;
    for (int i = 0; i < key.length(); i++) {
      digits &= key.charAt(i) >= '0' && key.charAt(i) <= '9';
    }
    return digits ? (Integer) Integer.parseInt(key) : null;
  }
}
