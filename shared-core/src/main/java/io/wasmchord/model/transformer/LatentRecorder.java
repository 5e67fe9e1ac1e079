package io.wasmchord.model.transformer;

import static io.wasmchord.backend.HeadValues.ofHeads;
import static io.wasmchord.backend.HeadValues.ofTokens;

import io.wasmchord.backend.Commands;
import io.wasmchord.backend.HeadValues;
import io.wasmchord.backend.Tensor;
import io.wasmchord.model.config.Latent;
import io.wasmchord.model.config.ModelConfig;
import io.wasmchord.model.residency.ActivationBuffers;
import io.wasmchord.model.residency.LatentBuffers;
import io.wasmchord.model.tensors.LatentAttention;
import io.wasmchord.model.tensors.LayerWeights;
import java.util.Objects;

/**
 * Records queries, keys and values of latent attention, and what becomes of its results. In heads
 * of queries and keys the values that rope turns come first; which values come where changes no
 * score, as both are in one order.
 */
final class LatentRecorder {
  private final BlockRecorder blocks;
  private final Commands c;
  private final ActivationBuffers s;
  private final ActivationBuffers.Attention attention;
  private final LatentBuffers b;
  private final LatentAttention w;
  private final Latent l;
  private final int turned;
  private final int unturned;

  LatentRecorder(
      BlockRecorder blocks,
      ModelConfig config,
      Commands c,
      ActivationBuffers s,
      LatentAttention w,
      int layer) {
    this.blocks = blocks;
    this.c = c;
    this.s = s;
    this.w = w;
    this.attention = s.attention(config.shape(layer));
    this.b = s.latent(config.shape(layer));
    this.l = config.latent(layer);
    this.turned = config.ropeDim();
    this.unturned = l.keyDim() - turned;
  }

  private int heads() {
    return b.heads();
  }

  /** Fills the queries, to be turned. */
  void queries(Tensor x) {
    LayerWeights.Projection queryDown = w.queryDown();
    if (queryDown == null) {
      BlockRecorder.project(c, x, w.query(), b.query());
    } else {
      Tensor row = Objects.requireNonNull(b.queryRow());
      BlockRecorder.project(c, x, queryDown, row);
      blocks.norm(c, s, row, Objects.requireNonNull(w.queryNorm()), row);
      BlockRecorder.project(c, row, w.query(), b.query());
    }
    Tensor q = attention.q();
    int dim = q.cols() / heads();
    c.copyHeads(ofTokens(b.query(), l.keyDim(), unturned), ofTokens(q, dim, 0), heads(), turned);
    LatentBuffers.Absorbed a = b.absorbed();
    if (a == null) {
      c.copyHeads(ofTokens(b.query(), l.keyDim(), 0), ofTokens(q, dim, turned), heads(), unturned);
    } else {
      c.copyHeads(ofTokens(b.query(), l.keyDim(), 0), ofHeads(a.unturned()), heads(), unturned);
      c.headMatmul(a.unturned(), w.keys(), a.query());
      c.copyHeads(ofHeads(a.query()), ofTokens(q, dim, turned), heads(), l.rank());
    }
  }

  /** Fills keys, to be turned, and values. */
  void keys(Tensor x) {
    BlockRecorder.project(c, x, w.down(), b.down());
    Tensor up = b.up();
    Tensor row = up == null ? attention.v() : b.row();
    c.copyHeads(ofTokens(b.down(), 0, 0), ofTokens(row, 0, 0), 1, l.rank());
    blocks.norm(c, s, row, w.norm(), row);
    Tensor k = attention.k();
    HeadValues shared = shared();
    if (up == null) {
      c.copyHeads(shared, ofTokens(k, 0, 0), 1, turned);
      c.copyHeads(ofTokens(row, 0, 0), ofTokens(k, 0, turned), 1, l.rank());
      return;
    }
    BlockRecorder.project(c, row, Objects.requireNonNull(w.up()), up);
    int each = unturned + l.valueDim();
    c.copyHeads(shared, ofTokens(k, l.keyDim(), 0), heads(), turned);
    c.copyHeads(ofTokens(up, each, 0), ofTokens(k, l.keyDim(), turned), heads(), unturned);
    c.copyHeads(
        ofTokens(up, each, unturned),
        ofTokens(attention.v(), l.valueDim(), 0),
        heads(),
        l.valueDim());
  }

  /** The values of keys that all heads share, to be turned. */
  private HeadValues shared() {
    HeadValues made = ofTokens(b.down(), 0, l.rank());
    if (b.key() == null) {
      return made;
    }
    c.copyHeads(made, ofTokens(b.key(), 0, 0), 1, turned);
    blocks.norm(c, s, b.key(), Objects.requireNonNull(w.keyNorm()), b.key());
    return ofTokens(b.key(), 0, 0);
  }

  /** Makes the heads' gates of what attention takes, where there are any. */
  void gate(Tensor x) {
    AttentionGates gates = blocks.gates(attention);
    if (w.gate() != null && gates != null) {
      gates.make(c, x, w.gate());
    }
  }

  /** Takes what attention gave to the hidden state's width. */
  void output() {
    LatentBuffers.Absorbed a = b.absorbed();
    AttentionGates gates = blocks.gates(attention);
    if (a == null) {
      if (gates != null) {
        gates.multiply(c, attention.out());
      }
      BlockRecorder.project(c, attention.out(), w.output(), s.delta());
      return;
    }
    c.copyHeads(ofTokens(attention.out(), l.rank(), 0), ofHeads(a.given()), heads(), l.rank());
    c.headMatmul(a.given(), w.values(), a.values());
    if (gates != null) {
      gates.multiplyHeads(c, a.values());
    }
    c.copyHeads(ofHeads(a.values()), ofTokens(a.out(), l.valueDim(), 0), heads(), l.valueDim());
    if (gates != null && gates.heads() == null) {
      gates.multiply(c, a.out());
    }
    BlockRecorder.project(c, a.out(), w.output(), s.delta());
  }
}
