package io.wasmchord.backend;

import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A list of commands, checked as it is recorded: a command with mismatched shapes throws {@link
 * IllegalArgumentException} here, so that no backend has to check again.
 */
public final class Commands {
  private final List<Command> list = new ArrayList<>();

  /** The commands in order. */
  public List<Command> list() {
    return Collections.unmodifiableList(list);
  }

  public Commands embed(Tensor weight, int[] tokens, Tensor out) {
    same("embed: columns", weight.cols(), out.cols());
    same("embed: rows", tokens.length, out.rows());
    activation("embed: out", out);
    for (int token : tokens) {
      require(
          token >= 0 && token < weight.rows(), "embed: no row " + token + " in " + weight.rows());
    }
    list.add(new Command.Embed(weight, tokens.clone(), out));
    return this;
  }

  public Commands rmsNorm(Tensor x, Tensor weight, float eps, Tensor out) {
    sameShape("rmsNorm", x, out);
    activation("rmsNorm: weight", weight);
    same("rmsNorm: weight rows", weight.rows(), 1);
    require(
        x.cols() % weight.cols() == 0,
        "rmsNorm: " + x.cols() + " columns in groups of " + weight.cols());
    list.add(new Command.RmsNorm(x, weight, eps, out));
    return this;
  }

  public Commands matmul(Tensor x, Tensor weight, Tensor out) {
    activation("matmul: x", x);
    activation("matmul: out", out);
    same("matmul: inner size", x.cols(), weight.cols());
    same("matmul: rows", x.rows(), out.rows());
    same("matmul: out columns", weight.rows(), out.cols());
    list.add(new Command.MatMul(x, weight, out));
    return this;
  }

  public Commands addBias(Tensor x, Tensor bias) {
    activation("addBias: x", x);
    activation("addBias: bias", bias);
    same("addBias: bias rows", bias.rows(), 1);
    same("addBias: columns", x.cols(), bias.cols());
    list.add(new Command.AddBias(x, bias));
    return this;
  }

  public Commands rope(Tensor x, Tensor table, int headDim, RopeOrder order) {
    activation("rope: x", x);
    activation("rope: table", table);
    same("rope: rows", x.rows(), table.rows());
    require(
        headDim > 0 && x.cols() % headDim == 0,
        "rope: " + x.cols() + " columns in heads of " + headDim);
    require(
        table.cols() % 2 == 0 && table.cols() <= headDim,
        "rope: " + table.cols() + " of " + headDim + " values");
    list.add(new Command.Rope(x, table, headDim, order));
    return this;
  }

  public Commands storeKv(Tensor k, Tensor v, KvCache cache, int layer, int position) {
    KvSpec s = cache.spec();
    activation("storeKv: k", k);
    activation("storeKv: v", v);
    same("storeKv: rows", k.rows(), v.rows());
    same("storeKv: key columns", k.cols(), s.kvHeads() * s.keyDim());
    same("storeKv: value columns", v.cols(), s.kvHeads() * s.valueDim());
    range("storeKv", s, layer, position, k.rows());
    list.add(new Command.StoreKv(k, v, cache, layer, position));
    return this;
  }

  public Commands attention(Command.Attention attention) {
    Command.Attention a = attention;
    KvSpec s = a.cache().spec();
    activation("attention: q", a.q());
    activation("attention: out", a.out());
    require(
        a.heads() > 0 && a.heads() % s.kvHeads() == 0,
        "attention: " + a.heads() + " heads over " + s.kvHeads());
    same("attention: query columns", a.q().cols(), a.heads() * s.keyDim());
    same("attention: out columns", a.out().cols(), a.heads() * s.valueDim());
    same("attention: rows", a.q().rows(), a.out().rows());
    require(a.window() >= 0, "attention: window " + a.window());
    range("attention", s, a.layer(), a.position(), a.q().rows());
    list.add(a);
    return this;
  }

  public Commands gate(Tensor gate, Tensor up, Activation activation, Tensor out) {
    sameShape("gate", gate, up);
    sameShape("gate", gate, out);
    list.add(new Command.Gate(gate, up, activation, out));
    return this;
  }

  public Commands add(Tensor x, Tensor y) {
    sameShape("add", x, y);
    list.add(new Command.Add(x, y));
    return this;
  }

  public Commands scale(Tensor x, float factor) {
    activation("scale: x", x);
    list.add(new Command.Scale(x, factor));
    return this;
  }

  public Commands softCap(Tensor x, float cap) {
    activation("softCap: x", x);
    list.add(new Command.SoftCap(x, cap));
    return this;
  }

  public Commands readBack(Tensor src, float[] dst, int offset) {
    activation("readBack: src", src);
    long n = (long) src.rows() * src.cols();
    require(
        offset >= 0 && offset + n <= dst.length,
        "readBack: " + n + " values at " + offset + " of " + dst.length);
    list.add(new Command.ReadBack(src, dst, offset));
    return this;
  }

  private static void range(String what, KvSpec s, int layer, int position, int rows) {
    require(layer >= 0 && layer < s.layers(), what + ": layer " + layer + " of " + s.layers());
    require(
        position >= 0 && position + (long) rows <= s.positions(),
        what + ": positions " + position + " + " + rows + " of " + s.positions());
  }

  private static void sameShape(String what, Tensor a, Tensor b) {
    activation(what, a);
    activation(what, b);
    same(what + ": rows", a.rows(), b.rows());
    same(what + ": columns", a.cols(), b.cols());
  }

  private static void activation(String what, Tensor t) {
    require(t.type() == TensorType.F32, what + " must be F32, not " + t.type());
  }

  private static void same(String what, long a, long b) {
    require(a == b, what + ": " + a + " and " + b);
  }

  private static void require(boolean ok, String message) {
    if (!ok) {
      throw new IllegalArgumentException(message);
    }
  }
}
