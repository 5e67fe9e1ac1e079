package io.wasmchord.cli.serve;

import io.wasmchord.cli.options.ModelOptions;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.jvm.LoadedModelBuilder;
import io.wasmchord.server.models.ModelSource;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The models that a command line names, and what requests call them. */
final class ServedModels {
  private static final String ENDING = ".gguf";

  private ServedModels() {}

  /**
   * The models of {@code -m FILE}, which are called as their files, and of {@code --name
   * NAME=FILE}.
   *
   * @param named {@code NAME=FILE} of each
   */
  static List<ModelSource> of(
      ModelOptions model,
      List<String> named,
      PrintWriter err,
      UnaryOperator<LoadedModelBuilder> more) {
    Map<String, String> all = new LinkedHashMap<>();
    if (named.isEmpty() || model.named()) {
      model.addresses().forEach(address -> add(all, name(address), address));
    }
    for (String one : named) {
      int at = one.indexOf('=');
      if (at <= 0 || at == one.length() - 1) {
        throw new InvalidRequestException("--name is NAME=FILE, not '" + one + "'");
      }
      add(all, one.substring(0, at), one.substring(at + 1));
    }
    List<ModelSource> sources = new ArrayList<>();
    all.forEach((name, address) ->
        sources.add(
            new ModelSource(
                name,
                () -> bytes(address),
                () -> model.openOneOf(address, err, all.size() == 1, more))));
    return sources;
  }

  private static void add(Map<String, String> all, String name, String address) {
    if (all.put(name, address) != null) {
      throw new InvalidRequestException(
          "two models are called '" + name + "'; call one otherwise with --name NAME=FILE");
    }
  }

  /** An address's last part, without a revision, a split's number and the ending. */
  static String name(String address) {
    String last =
        address.substring(Math.max(address.lastIndexOf('/'), address.lastIndexOf('\\')) + 1);
    int revision = address.startsWith("hf:") ? last.indexOf('@') : last.indexOf('?');
    String plain = revision > 0 ? last.substring(0, revision) : last;
    String stem =
        plain.endsWith(ENDING) ? plain.substring(0, plain.length() - ENDING.length()) : plain;
    return stem.replaceFirst("-\\d{5}-of-\\d{5}$", "");
  }

  /** Of a file; what is elsewhere is known once it was loaded. */
  private static long bytes(String address) {
    return address.startsWith("hf:") || address.contains("://")
        ? 0
        : Path.of(address).toFile().length();
  }
}
