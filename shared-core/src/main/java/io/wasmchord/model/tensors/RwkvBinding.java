package io.wasmchord.model.tensors;

import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.config.Recurrence;
import io.wasmchord.model.config.WeightNames;
import io.wasmchord.model.tensors.LayerWeights.Norm;
import io.wasmchord.model.tensors.LayerWeights.Projection;
import io.wasmchord.model.tensors.RwkvWeights.LowRank;
import java.util.stream.Stream;

/** Asks the binder for the tensors of one of RWKV's layers. */
record RwkvBinding(WeightBinder binder, ModelConfig c, int layer) {
  private Recurrence r() {
    return c.recurrence();
  }

  private int hidden() {
    return c.hidden();
  }

  LayerWeights.Mixer timeMix() {
    return r().kind() == Recurrence.Kind.RWKV6 ? six() : seven();
  }

  private RwkvWeights.Six six() {
    int rank = r().mix().rate();
    String fused = name("time_mix_lerp_fused.weight");
    return new RwkvWeights.Six(
        heads(),
        vector("time_mix_lerp_x.weight"),
        matrix("time_mix_w1", 5 * rank, hidden()),
        binder.slices(name("time_mix_w2.weight"), 5, hidden(), rank),
        binder.has(fused)
            ? binder.eachRow(fused, 5, hidden())
            : Stream.of("w", "k", "v", "r", "g")
                .map(part -> vector("time_mix_lerp_" + part + ".weight"))
                .toList(),
        new LowRank(
            matrix("time_mix_decay_w1", r().mix().decay(), hidden()),
            matrix("time_mix_decay_w2", hidden(), r().mix().decay()),
            vector("time_mix_decay.weight")),
        r().mix().channels()
            ? binder.joined(name("time_mix_first.weight"), r().heads(), r().state())
            : null,
        projection("time_mix_gate", hidden(), hidden()));
  }

  private RwkvWeights.Seven seven() {
    boolean gated = r().mix().gate() > 0;
    int gate = r().mix().gate();
    LowRank value = lowRank("v", layer == 0 ? r().mix().rate() : r().mix().value());
    return new RwkvWeights.Seven(
        heads(),
        binder.eachRow(name("time_mix_lerp_fused.weight"), gated ? 6 : 5, hidden()),
        lowRank("w", r().mix().decay()),
        lowRank("a", r().mix().rate()),
        layer == 0 ? null : value, // what the first layer's file has is not used
        gated ? matrix("time_mix_g1", gate, hidden()) : null,
        gated ? matrix("time_mix_g2", hidden(), gate) : null,
        vector("time_mix_k_k.weight"),
        vector("time_mix_k_a.weight"),
        vector("time_mix_r_k.weight"));
  }

  private RwkvWeights.Heads heads() {
    boolean normed = r().mix().channels() || binder.has(name("time_mix_ln.weight"));
    return new RwkvWeights.Heads(
        projection("time_mix_receptance", hidden(), hidden()),
        projection("time_mix_key", r().mix().keys(), hidden()),
        projection("time_mix_value", r().mix().keys(), hidden()),
        normed
            ? new Norm(
                binder.divided(name("time_mix_ln.weight"), r().heads(), r().state()),
                vector("time_mix_ln.bias"))
            : null,
        projection("time_mix_output", hidden(), hidden()));
  }

  RwkvWeights.ChannelMix channelMix() {
    int width = c.shape(layer).feedForward();
    boolean six = r().kind() == Recurrence.Kind.RWKV6;
    return new RwkvWeights.ChannelMix(
        vector("channel_mix_lerp_k.weight"),
        projection("channel_mix_key", width, hidden()),
        projection("channel_mix_value", hidden(), width),
        six ? vector("channel_mix_lerp_r.weight") : null,
        six ? projection("channel_mix_receptance", hidden(), hidden()) : null);
  }

  private LowRank lowRank(String part, int rank) {
    return new LowRank(
        matrix("time_mix_" + part + "1", rank, hidden()),
        matrix("time_mix_" + part + "2", hidden(), rank),
        vector("time_mix_" + part + "0.weight"));
  }

  private String name(String suffix) {
    return WeightNames.layer(layer, suffix);
  }

  private Tensor vector(String name) {
    return binder.vector(name(name), hidden());
  }

  private Tensor matrix(String name, int out, int in) {
    return binder.matrix(name(name + ".weight"), out, in);
  }

  private Projection projection(String name, int out, int in) {
    return new Projection(matrix(name, out, in), binder.optionalVector(name(name + ".bias"), out));
  }
}
