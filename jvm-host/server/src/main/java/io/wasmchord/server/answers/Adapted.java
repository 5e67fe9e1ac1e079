package io.wasmchord.server.answers;

import io.wasmchord.api.AdapterChoice;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.json.JsonObject;
import io.wasmchord.json.JsonValue;
import io.wasmchord.model.Adapter;
import io.wasmchord.model.AdapterScale;
import io.wasmchord.server.models.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The adapters that a request chooses, in {@code lora}. */
public final class Adapted {
  /** The option's name. */
  public static final String OPTION = "lora";

  private final @Nullable List<AdapterChoice> choices;

  private Adapted(@Nullable List<AdapterChoice> choices) {
    this.choices = choices;
  }

  /**
   * What a request says.
   *
   * @throws InvalidRequestException when it is no list of names and scales
   */
  public static Adapted of(JsonObject body) {
    JsonValue given = body.getOrNull(OPTION);
    return new Adapted(given instanceof JsonValue.Null ? null : AdapterChoice.list(OPTION, given));
  }

  /** The adapters of a model that are chosen, or null where a request chooses none. */
  public @Nullable List<AdapterScale> of(ServedModel model) {
    if (choices == null) {
      return null;
    }
    List<AdapterScale> all = new ArrayList<>();
    for (AdapterChoice choice : choices) {
      all.add(new AdapterScale(named(choice.name(), model), choice.scale()));
    }
    return all;
  }

  private static Adapter named(String name, ServedModel model) {
    List<Adapter> loaded = model.model().adapters().loaded();
    for (Adapter adapter : loaded) {
      if (adapter.name().equals(name)) {
        return adapter;
      }
    }
    String names = loaded.stream().map(Adapter::name).collect(Collectors.joining("', '"));
    throw new InvalidRequestException(
        "lora: there is no adapter '"
            + name
            + "'; "
            + (names.isEmpty() ? "start the server with --lora" : "there are '" + names + "'"));
  }
}
