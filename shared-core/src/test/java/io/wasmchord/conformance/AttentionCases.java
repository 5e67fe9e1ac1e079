package io.wasmchord.conformance;

import io.wasmchord.backend.Command;
import io.wasmchord.backend.Commands;
import io.wasmchord.backend.KvCache;
import io.wasmchord.backend.KvSpec;
import io.wasmchord.backend.KvType;
import io.wasmchord.backend.SequenceRows;
import io.wasmchord.backend.Tensor;
import io.wasmchord.conformance.Rig.Guarded;
import java.util.ArrayList;
import java.util.List;

/** Cache writes and attention, over caches of every type. */
final class AttentionCases {
  private final List<ConformanceCase> cases = new ArrayList<>();

  private AttentionCases() {
    attention(new KvSpec(1, 4, 1, 8, 8), 1, 0, 1, 0f, 0);
    attention(new KvSpec(2, 40, 2, 16, 16), 4, 7, 3, 0f, 0);
    attention(new KvSpec(1, 64, 1, 20, 12), 3, 33, 5, 0f, 0);
    attention(new KvSpec(1, 70, 2, 64, 64), 2, 69, 1, 0f, 0);
    attention(new KvSpec(1, 50, 1, 32, 32), 2, 30, 4, 5f, 0);
    attention(new KvSpec(1, 60, 2, 16, 16), 4, 40, 6, 0f, 16);
    attention(new KvSpec(1, 300, 1, 32, 32), 8, 290, 10, 0f, 0);
    attention(new KvSpec(2, 37, 2, 7, 44), 4, 17, 4, 0f, 0);
    halves();
    quants();
    for (KvType type : KvType.values()) {
      layers(new KvSpec(3, 37, 2, 64, 96, type), 4);
      extremes(new KvSpec(1, 24, 2, 32, 64, type), 0f, 1);
      extremes(new KvSpec(1, 24, 2, 64, 32, type), 5f, 0);
    }
    for (KvType type : KvType.values()) {
      everything(new KvSpec(1, 1, 1, 32, 32, type), 1, 1, 0f, 0);
      everything(new KvSpec(2, 17, 2, 32, 64, type), 4, 5, 0f, 0);
      everything(new KvSpec(1, 40, 3, 64, 32, type), 3, 17, 4f, 0);
      everything(new KvSpec(1, 130, 1, 32, 32, type), 2, 128, 0f, 0);
    }
    everything(new KvSpec(1, 20, 2, 7, 12), 4, 17, 0f, 0);
    for (KvType type : KvType.values()) {
      everything(new KvSpec(1, 130, 2, 32, 64, type), 4, 17, 0f, 32);
      everything(new KvSpec(2, 100, 1, 64, 32, type), 2, 40, 4f, 7);
    }
    everything(new KvSpec(1, 60, 2, 7, 12), 4, 13, 0f, 16);
    everything(new KvSpec(1, 30, 1, 16, 16), 2, 11, 0f, 1);
    everything(new KvSpec(1, 30, 1, 16, 16), 2, 11, 0f, 56);
    everything(new KvSpec(1, 30, 1, 16, 16), 2, 11, 0f, Integer.MAX_VALUE);
  }

  static List<ConformanceCase> all() {
    return new AttentionCases().cases;
  }

  private void halves() {
    KvType type = KvType.F16;
    attention(new KvSpec(1, 4, 1, 8, 8, type), 1, 0, 1, 0f, 0);
    attention(new KvSpec(2, 40, 2, 16, 16, type), 4, 7, 3, 0f, 0);
    attention(new KvSpec(1, 64, 1, 20, 12, type), 3, 33, 5, 0f, 0);
    attention(new KvSpec(2, 37, 2, 7, 44, type), 4, 17, 4, 0f, 0);
    attention(new KvSpec(1, 70, 2, 64, 64, type), 2, 69, 1, 0f, 0);
    attention(new KvSpec(1, 50, 1, 32, 36, type), 2, 30, 4, 5f, 0);
    attention(new KvSpec(1, 60, 2, 16, 16, type), 4, 40, 6, 0f, 16);
    attention(new KvSpec(1, 300, 1, 32, 32, type), 8, 290, 10, 0f, 0);
  }

  private void quants() {
    KvType type = KvType.Q8_0;
    attention(new KvSpec(1, 4, 1, 32, 32, type), 1, 0, 1, 0f, 0);
    attention(new KvSpec(2, 40, 2, 32, 64, type), 4, 7, 3, 0f, 0);
    attention(new KvSpec(1, 64, 1, 96, 32, type), 3, 33, 5, 0f, 0);
    attention(new KvSpec(1, 70, 2, 128, 96, type), 2, 69, 1, 0f, 0);
    attention(new KvSpec(1, 50, 1, 32, 32, type), 2, 30, 4, 5f, 0);
    attention(new KvSpec(1, 60, 2, 64, 64, type), 4, 40, 6, 0f, 16);
    attention(new KvSpec(1, 300, 1, 64, 64, type), 8, 290, 10, 0f, 0);
  }

  private void add(String name, ConformanceCase.Body body) {
    cases.add(new ConformanceCase(name, body));
  }

  private static Tensor random(Rig rig, Inputs in, int rows, int cols, float magnitude) {
    return rig.activation(rows, cols, in.floats(rows * cols, magnitude));
  }

  /** A name seeds a case's inputs, so those of float32 caches stay what they were. */
  private static String describe(KvSpec s) {
    return (s.type() == KvType.F32 ? "" : s.type() + " ")
        + "KvSpec[layers="
        + s.layers().size()
        + ", positions="
        + s.positions()
        + ", kvHeads="
        + s.heads(0).count()
        + ", keyDim="
        + s.heads(0).keyDim()
        + ", valueDim="
        + s.heads(0).valueDim()
        + "]";
  }

  private void attention(
      KvSpec spec, int heads, int position, int tokens, float softCap, int window) {
    String name =
        "attention "
            + heads
            + " heads, "
            + describe(spec)
            + " at "
            + position
            + " x "
            + tokens
            + " cap "
            + softCap
            + " window "
            + window;
    add(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          int layer = spec.layers().size() - 1;
          int total = position + tokens;
          KvCache cache = rig.backend().allocateKv(spec);
          int keyCols = spec.heads(0).count() * spec.heads(0).keyDim();
          int valueCols = spec.heads(0).count() * spec.heads(0).valueDim();
          Tensor k = random(rig, in, total, keyCols, 2f);
          Tensor v = random(rig, in, total, valueCols, 2f);
          Tensor q = random(rig, in, tokens, heads * spec.heads(0).keyDim(), 2f);
          Guarded out = rig.guarded(tokens, heads * spec.heads(0).valueDim());
          Commands commands = rig.backend().record();
          if (position > 0) {
            commands.storeKv(k.rows(0, position), v.rows(0, position), cache, layer, 0);
          }
          commands.storeKv(
              k.rows(position, tokens), v.rows(position, tokens), cache, layer, position);
          commands.attention(
              new Command.Attention(
                  q,
                  List.of(new SequenceRows(cache, position, tokens)),
                  layer,
                  heads,
                  0.25f,
                  softCap,
                  window,
                  0,
                  out.inner()));
          return out.after(commands);
        });
  }

  /**
   * Every token sees every other, or with a window the nearest before and after it, in batches of
   * which the last may be smaller, while the cache has room for more.
   */
  private void everything(KvSpec spec, int heads, int batch, float softCap, int window) {
    String name =
        "attention to everything, "
            + heads
            + " heads, "
            + describe(spec)
            + " by "
            + batch
            + " cap "
            + softCap
            + (window == 0 ? "" : " window " + window);
    add(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          int layer = spec.layers().size() - 1;
          int n = Math.max(1, spec.positions() - 2);
          KvCache cache = rig.backend().allocateKv(spec);
          Tensor k = random(rig, in, n, spec.heads(0).count() * spec.heads(0).keyDim(), 2f);
          Tensor v = random(rig, in, n, spec.heads(0).count() * spec.heads(0).valueDim(), 2f);
          Tensor q = random(rig, in, n, heads * spec.heads(0).keyDim(), 2f);
          Guarded out = rig.guarded(n, heads * spec.heads(0).valueDim());
          Commands commands = rig.backend().record().storeKv(k, v, cache, layer, 0);
          for (int at = 0; at < n; at += batch) {
            int rows = Math.min(batch, n - at);
            commands.attention(
                new Command.Attention(
                    q.rows(at, rows),
                    List.of(new SequenceRows(cache, at, rows)),
                    layer,
                    heads,
                    0.25f,
                    softCap,
                    window,
                    n,
                    out.inner().rows(at, rows)));
          }
          return out.after(commands);
        });
  }

  /**
   * Every layer and position has its own rows, written out of order and some of them twice, so that
   * a write beside its place shows.
   */
  private void layers(KvSpec spec, int heads) {
    String name = "attention over all layers, " + describe(spec);
    add(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          int n = spec.positions();
          int layers = spec.layers().size();
          int keyCols = spec.heads(0).count() * spec.heads(0).keyDim();
          int valueCols = spec.heads(0).count() * spec.heads(0).valueDim();
          KvCache cache = rig.backend().allocateKv(spec);
          Tensor k = random(rig, in, layers * n, keyCols, 1f);
          Tensor v = random(rig, in, layers * n, valueCols, 3f);
          Tensor q = random(rig, in, 2, heads * spec.heads(0).keyDim(), 1f);
          Guarded out = rig.guarded(2 * layers, heads * spec.heads(0).valueDim());
          Commands commands = rig.backend().record();
          for (int layer = 0; layer < layers; layer++) {
            for (int p : new int[] {5, n - 6, 3}) { // positions 5, 6 and 7 are written twice
              int rows = p == n - 6 ? 6 : p == 5 ? n - 11 : 5;
              int from = p == n - 6 ? (layers - 1 - layer) * n + p : layer * n + p;
              commands.storeKv(k.rows(from, rows), v.rows(from, rows), cache, layer, p);
            }
            commands.storeKv(k.rows(layer * n, 3), v.rows(layer * n, 3), cache, layer, 0);
          }
          for (int layer = 0; layer < layers; layer++) {
            commands.attention(
                new Command.Attention(
                    q,
                    List.of(new SequenceRows(cache, n - 2, 2)),
                    layer,
                    heads,
                    0.25f,
                    0f,
                    0,
                    0,
                    out.inner().rows(2 * layer, 2)));
          }
          return out.after(commands);
        });
  }

  /** A window of 1 shows the stored values themselves; without one and with a cap, the keys. */
  private void extremes(KvSpec spec, float softCap, int window) {
    String name = "attention over extremes, " + describe(spec);
    add(
        name,
        rig -> {
          Inputs in = new Inputs(name);
          int n = spec.positions();
          int heads = 2 * spec.heads(0).count();
          int keyCols = spec.heads(0).count() * spec.heads(0).keyDim();
          int valueCols = spec.heads(0).count() * spec.heads(0).valueDim();
          boolean finite = spec.type() == KvType.F32;
          KvCache cache = rig.backend().allocateKv(spec);
          Tensor k = rig.activation(n, keyCols, in.stored(n * keyCols, finite));
          Tensor v = rig.activation(n, valueCols, in.stored(n * valueCols, finite));
          Tensor q = random(rig, in, n, heads * spec.heads(0).keyDim(), 1f);
          Guarded out = rig.guarded(n, heads * spec.heads(0).valueDim());
          return out.after(
              rig.backend()
                  .record()
                  .storeKv(k, v, cache, 0, 0)
                  .attention(
                      new Command.Attention(
                          q,
                          List.of(new SequenceRows(cache, 0, n)),
                          0,
                          heads,
                          0.25f,
                          softCap,
                          window,
                          0,
                          out.inner())));
        });
  }
}
