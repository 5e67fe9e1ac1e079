package io.wasmchord.model.config;

import io.wasmchord.model.config.Architecture.Trait;
import java.util.Map;

/** Reads what recurrent layers are, and which layers are recurrent. */
final class Recurrences {
  private static final int MAX_KERNEL = 256;
  private static final int MAX_WIDTH = 1 << 20;
  private static final int MAX_STATE = 1 << 26; // values
  private static final String LAYERS = "attention.recurrent_layers";

  private static final Map<Trait, Recurrence.Kind> KINDS =
      Map.of(
          Trait.DELTA_NET, Recurrence.Kind.DELTA_NET,
          Trait.MAMBA, Recurrence.Kind.MAMBA,
          Trait.MAMBA2, Recurrence.Kind.MAMBA2,
          Trait.PLAMO2, Recurrence.Kind.PLAMO2,
          Trait.RWKV6, Recurrence.Kind.RWKV6,
          Trait.RWKV7, Recurrence.Kind.RWKV7,
          Trait.KIMI_DELTA, Recurrence.Kind.KIMI_DELTA,
          Trait.LIGHTNING, Recurrence.Kind.LIGHTNING);
  private static final int LEAST_PLAMO_RANK = 64; // files do not say it

  private Recurrences() {}

  private static Recurrence.Kind kind(Architecture a) {
    for (Map.Entry<Trait, Recurrence.Kind> kind : KINDS.entrySet()) {
      if (a.has(kind.getKey())) {
        return kind.getValue();
      }
    }
    return Recurrence.Kind.NONE;
  }

  static boolean any(Architecture a) {
    return kind(a) != Recurrence.Kind.NONE;
  }

  static Recurrence read(Architecture a, CheckedKeys keys, int hidden) {
    return switch (kind(a)) {
      case NONE -> Recurrence.NONE;
      case RWKV6, RWKV7 -> rwkv(a, keys, hidden);
      case KIMI_DELTA -> kimi(a, keys);
      case LIGHTNING -> lightning(a, keys, hidden);
      case DELTA_NET, MAMBA, MAMBA2, PLAMO2 -> scanned(a, keys, hidden);
    };
  }

  /** Values in the keys of all heads, fewer where heads share them. */
  private static int keyValues(CheckedKeys keys, int hidden, int size) {
    int heads = hidden / size;
    int count = keys.int32("attention.head_count_kv", 0);
    keys.require(
        count == 0 || (count > 0 && heads % count == 0),
        "attention.head_count_kv is " + count + " of " + heads + " heads");
    return count == 0 ? hidden : count * size;
  }

  private static Recurrence rwkv(Architecture a, CheckedKeys keys, int hidden) {
    int size = keys.positive("wkv.head_size", MAX_WIDTH);
    keys.require(
        hidden % size == 0 && (long) hidden * size <= MAX_STATE,
        "wkv.head_size is " + size + " of " + hidden);
    boolean channels = !a.has(Trait.DENSE_AFTER_TIME_MIX);
    int values = a.has(Trait.RWKV6) && !channels ? keyValues(keys, hidden, size) : hidden;
    if (channels) {
      keys.same("token_shift_count", 2);
    }
    TimeMix mix =
        a.has(Trait.RWKV6)
            ? new TimeMix(
                keys.positive("time_decay_extra_dim", MAX_WIDTH),
                keys.positive("time_mix_extra_dim", MAX_WIDTH),
                0,
                0,
                channels ? keys.int32("rescale_every_n_layers", 0) : 0,
                values,
                channels)
            : new TimeMix(
                keys.positive("attention.decay_lora_rank", MAX_WIDTH),
                keys.positive("attention.iclr_lora_rank", MAX_WIDTH),
                keys.positive("attention.value_residual_mix_lora_rank", MAX_WIDTH),
                keys.int32("attention.gate_lora_rank", 0),
                0,
                hidden,
                channels);
    keys.require(
        mix.halved() >= 0 && mix.gate() >= 0 && mix.gate() <= MAX_WIDTH, "a rank is negative");
    return new Recurrence(kind(a), 1, hidden, size, hidden / size, 1, 0, false, mix, 0f);
  }

  /** Heads are those of the other layers' attention; no convolution comes first. */
  private static Recurrence lightning(Architecture a, CheckedKeys keys, int hidden) {
    int heads = keys.positive("attention.head_count", MAX_WIDTH);
    int size = keys.positive("attention.key_length", MAX_WIDTH, Math.max(1, hidden / heads));
    long inner = (long) heads * size;
    keys.require(
        3 * inner <= MAX_WIDTH && inner * size <= MAX_STATE,
        "attention.key_length is " + size + " of " + heads + " heads");
    return new Recurrence(kind(a), 1, (int) inner, size, heads, heads, 0, false, TimeMix.NONE, 0f);
  }

  /** All heads have keys of their own, as long as their values. */
  private static Recurrence kimi(Architecture a, CheckedKeys keys) {
    int kernel = keys.positive("ssm.conv_kernel", MAX_KERNEL);
    int size = keys.positive("kda.head_dim", MAX_WIDTH);
    int heads = keys.positive("attention.head_count", MAX_WIDTH);
    long inner = (long) heads * size;
    keys.require(
        3 * inner <= MAX_WIDTH && 3 * inner * kernel + inner * size <= MAX_STATE,
        "kda.head_dim is " + size + " of " + heads + " heads");
    String bound = a.key("kda.gate_lower_bound");
    float slowest = keys.metadata().float32(bound, 0f);
    keys.require(slowest <= 0 && slowest > -1e6f, "kda.gate_lower_bound is " + slowest);
    return new Recurrence(
        kind(a), kernel, (int) inner, size, heads, heads, 0, false, TimeMix.NONE, slowest);
  }

  private static Recurrence scanned(Architecture a, CheckedKeys keys, int hidden) {
    Recurrence.Kind kind = kind(a);
    int kernel = keys.positive("ssm.conv_kernel", MAX_KERNEL);
    int inner = keys.positive("ssm.inner_size", MAX_WIDTH);
    int state = keys.positive("ssm.state_size", MAX_WIDTH);
    int heads = keys.positive("ssm.time_step_rank", MAX_WIDTH);
    boolean mamba = kind == Recurrence.Kind.MAMBA;
    boolean plamo = kind == Recurrence.Kind.PLAMO2;
    int rank = mamba ? heads : plamo ? Math.max(LEAST_PLAMO_RANK, hidden / 16) : 0;
    if (plamo) {
      keys.same("ssm.group_count", 0);
    }
    int groups = mamba || plamo ? 1 : keys.positive("ssm.group_count", MAX_WIDTH);
    keys.require(
        mamba || (inner % heads == 0 && heads % groups == 0),
        "ssm.inner_size "
            + inner
            + " does not divide into "
            + heads
            + " heads of "
            + groups
            + " groups");
    long channels = inner + 2L * groups * state;
    keys.require(
        channels <= MAX_WIDTH && channels * kernel + (long) inner * state <= MAX_STATE,
        "ssm.state_size is " + state + " with inner_size " + inner + ", beyond " + MAX_STATE);
    boolean normed = keys.metadata().bool(a.key("ssm.dt_b_c_rms"), false);
    return new Recurrence(
        kind, kernel, inner, state, heads, groups, rank, normed, TimeMix.NONE, 0f);
  }

  /**
   * Whether each layer is recurrent.
   *
   * @param kvHeads heads of keys of each layer
   * @param feedForward its width of the feed-forward layer
   */
  static boolean[] layers(Architecture a, CheckedKeys keys, int[] kvHeads, int[] feedForward) {
    boolean[] recurrent = new boolean[kvHeads.length];
    if (a.has(Trait.DELTA_NET) || a.has(Trait.LIGHTNING)) {
      int usual = a.has(Trait.LIGHTNING) ? 8 : 4;
      int interval = keys.positive("full_attention_interval", MAX_WIDTH, usual);
      int[] said = keys.has(LAYERS) ? keys.each(LAYERS, recurrent.length, 0, 1) : null;
      for (int layer = 0; layer < recurrent.length; layer++) {
        recurrent[layer] = said == null ? (layer + 1) % interval != 0 : said[layer] == 1;
      }
    } else if (any(a)) {
      boolean everywhere = a.has(Trait.BESIDE_ATTENTION) || a.has(Trait.DENSE_AFTER_TIME_MIX);
      for (int layer = 0; layer < recurrent.length; layer++) {
        boolean alone = !a.has(Trait.ONE_SUB_LAYER) || feedForward[layer] == 0;
        recurrent[layer] = everywhere || (kvHeads[layer] == 0 && alone);
      }
    }
    return recurrent;
  }
}
