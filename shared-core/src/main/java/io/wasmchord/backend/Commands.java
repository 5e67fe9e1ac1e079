package io.wasmchord.backend;

import io.wasmchord.quant.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of commands, checked as it is recorded: a command with mismatched shapes throws {@link
 * IllegalArgumentException} here, so that no backend has to check again.
 *
 * <p>Commands take effect one after the other, whatever tensors they share. Within a command, what
 * it writes shares no rows with anything else of it, so that a backend may compute in any order;
 * the exceptions are:
 *
 * <ul>
 *   <li>The result of {@link #rmsNorm}, {@link #layerNorm}, {@link #gate}, {@link #shortConv} and
 *       {@link #causalConv} may be one of their operands (of a convolution: the values or a gate).
 *   <li>The operand {@code y} of {@link #add}, {@link #addScaled} and {@link #addGated} may be
 *       {@code x}.
 * </ul>
 *
 * It is that operand then, row for row, and not some other rows of it. That is checked for tensors
 * and their {@link Tensor#rows}; bytes that were bound twice are not noticed.
 */
public final class Commands {
  private static final int MOST_RANKED = 1 << 24; // float32 holds every whole number up to it

  private final List<Command> list = new ArrayList<>();
  private final Additions additions;

  /** A list to which nothing is added. */
  public Commands() {
    this(Additions.NONE);
  }

  /**
   * @param additions to what {@link #product} and {@link #embedded} record
   */
  public Commands(Additions additions) {
    this.additions = additions;
  }

  /** A list of commands that were recorded, and so checked, before. */
  public static Commands of(List<Command> recorded) {
    Commands commands = new Commands();
    commands.list.addAll(recorded);
    return commands;
  }

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
    apart("embed: out", out, weight);
    list.add(new Command.Embed(weight, tokens.clone(), out));
    return this;
  }

  public Commands rmsNorm(Tensor x, Tensor weight, float eps, Tensor out) {
    norm("rmsNorm", x, weight, out);
    list.add(new Command.RmsNorm(x, weight, eps, out));
    return this;
  }

  public Commands layerNorm(Tensor x, Tensor weight, float eps, Tensor out) {
    norm("layerNorm", x, weight, out);
    list.add(new Command.LayerNorm(x, weight, eps, out));
    return this;
  }

  private static void norm(String what, Tensor x, Tensor weight, Tensor out) {
    sameShape(what, x, out);
    activation(what + ": weight", weight);
    inPlaceOrApart(what + ": out", out, x);
    apart(what + ": out", out, weight);
    long weights = (long) weight.rows() * weight.cols();
    require(
        x.cols() % weights == 0,
        what + ": " + x.cols() + " columns in " + weight.rows() + " groups of " + weight.cols());
  }

  public Commands matmul(Tensor x, Tensor weight, Tensor out) {
    activation("matmul: x", x);
    activation("matmul: out", out);
    same("matmul: inner size", x.cols(), weight.cols());
    same("matmul: rows", x.rows(), out.rows());
    same("matmul: out columns", weight.rows(), out.cols());
    apart("matmul: out", out, x, weight);
    list.add(new Command.MatMul(x, weight, out));
    return this;
  }

  /**
   * Records the product of one of a model's weights, times the weight's factor, and what is added
   * to it.
   */
  public Commands product(Tensor x, Tensor weight, float factor, Tensor out) {
    matmul(x, weight, out);
    if (factor != 1f) {
      scale(out, factor);
    }
    additions.toProduct(this, x, weight, out);
    return this;
  }

  /** The same of a weight without a factor. */
  public Commands product(Tensor x, Tensor weight, Tensor out) {
    return product(x, weight, 1f, out);
  }

  /**
   * Records what is added to the rows of tokens.
   *
   * @param out the rows as they were looked up
   */
  public Commands embedded(int[] tokens, Tensor out) {
    additions.toEmbedding(this, tokens, out);
    return this;
  }

  /** Records a mixture of a model's experts, and what is added to their products. */
  public Commands mixture(Command.Experts experts) {
    return experts(experts.with(additions.toExperts(experts)));
  }

  public Commands addBias(Tensor x, Tensor bias) {
    activation("addBias: x", x);
    activation("addBias: bias", bias);
    same("addBias: bias rows", bias.rows(), 1);
    same("addBias: columns", x.cols(), bias.cols());
    apart("addBias: x", x, bias);
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
    apart("rope: x", x, table);
    list.add(new Command.Rope(x, table, headDim, order));
    return this;
  }

  public Commands storeKv(Tensor k, Tensor v, List<SequenceRows> sequences, int layer) {
    activation("storeKv: k", k);
    activation("storeKv: v", v);
    same("storeKv: rows", k.rows(), v.rows());
    KvSpec.Heads heads = heads("storeKv", sequences, layer, k.rows());
    same("storeKv: key columns", k.cols(), heads.keyColumns());
    same("storeKv: value columns", v.cols(), heads.valueColumns());
    for (SequenceRows rows : sequences) {
      int cells = rows.cache().spec().capacity(layer);
      require(rows.count() <= cells, "storeKv: " + rows.count() + " rows into " + cells + " cells");
    }
    list.add(new Command.StoreKv(k, v, List.copyOf(sequences), layer));
    return this;
  }

  /** Records it for a batch of one sequence. */
  public Commands storeKv(Tensor k, Tensor v, KvCache cache, int layer, int position) {
    return storeKv(k, v, List.of(new SequenceRows(cache, position, k.rows())), layer);
  }

  public Commands attention(Command.Attention attention) {
    Command.Attention a = attention;
    activation("attention: q", a.q());
    activation("attention: out", a.out());
    KvSpec.Heads kv = heads("attention", a.sequences(), a.layer(), a.q().rows());
    require(
        a.heads() > 0 && a.heads() % kv.count() == 0,
        "attention: " + a.heads() + " heads over " + kv.count());
    same("attention: query columns", a.q().cols(), a.heads() * kv.keyDim());
    same("attention: out columns", a.out().cols(), a.heads() * kv.valueDim());
    same("attention: rows", a.q().rows(), a.out().rows());
    apart("attention: out", a.out(), a.q());
    require(a.window() >= 0, "attention: window " + a.window());
    options(a);
    require(
        a.attends() <= 0 || a.sequences().size() == 1,
        "attention: " + a.sequences().size() + " sequences that attend to all");
    a.sequences().forEach(rows -> requireAttended(a, rows));
    list.add(a);
    return this;
  }

  private static void options(Command.Attention a) {
    AttentionOptions o = a.options();
    require(!o.chunked() || a.window() > 0, "attention: chunks of " + a.window());
    require(!o.chunked() || a.attends() == 0, "attention: chunks that see what comes after");
    perHead("attention: sinks", o.sinks(), a);
    perHead("attention: slopes", o.slopes(), a);
    if (o.biases() != null) {
      activation("attention: biases", o.biases());
      same("attention: rows of biases", o.biases().rows(), a.heads());
      require(o.biases().cols() % 2 == 1, "attention: " + o.biases().cols() + " biases of a head");
      apart("attention: out", a.out(), o.biases());
    }
  }

  private static void perHead(String what, @Nullable Tensor tensor, Command.Attention a) {
    if (tensor != null) {
      activation(what, tensor);
      same(what + ": rows", tensor.rows(), 1);
      same(what + ": columns", tensor.cols(), a.heads());
      apart("attention: out", a.out(), tensor);
    }
  }

  /** Checks that a sequence's rows attend to positions that are there. */
  private static void requireAttended(Command.Attention a, SequenceRows rows) {
    KvSpec s = rows.cache().spec();
    require(
        a.attends() >= Command.Attention.OWN && a.attends() <= s.positions(),
        "attention: " + a.attends() + " attended of " + s.positions());
    require(
        a.attends() <= 0 || a.window() == 0 || rows.end() <= a.attends(),
        "attention: " + rows.count() + " rows at " + rows.position() + " beyond " + a.attends());
    boolean sliding = a.window() > 0 && a.attends() == 0;
    long attended = sliding ? (long) a.window() + rows.count() - 1 : s.positions();
    require(
        !s.bounded(a.layer()) || attended <= s.capacity(a.layer()),
        "attention: " + attended + " positions of " + s.capacity(a.layer()) + " cells");
  }

  public Commands shortConv(Command.ShortConv conv) {
    Command.ShortConv s = conv;
    sameShape("shortConv: inGate", s.x(), s.inGate());
    sameShape("shortConv: outGate", s.x(), s.outGate());
    sameShape("shortConv: out", s.x(), s.out());
    activation("shortConv: weight", s.weight());
    same("shortConv: rows of weight", s.weight().rows(), 1);
    require(
        s.kernelSize() > 0 && s.weight().cols() % s.x().cols() == 0,
        "shortConv: " + s.weight().cols() + " weights of " + s.x().cols() + " columns");
    sequences("shortConv", s.sequences(), s.layer(), s.x().rows());
    for (SequenceRows rows : s.sequences()) {
      KvSpec spec = rows.cache().spec();
      same("shortConv: columns of the cache", s.x().cols(), spec.requireWidth(s.layer()));
      long attended = s.kernelSize() + (long) rows.count() - 1;
      require(
          Math.min(attended, rows.end()) <= spec.capacity(s.layer()),
          "shortConv: " + attended + " positions of " + spec.capacity(s.layer()) + " cells");
    }
    inPlaceOrApart("shortConv: out", s.out(), s.x());
    inPlaceOrApart("shortConv: out", s.out(), s.inGate());
    inPlaceOrApart("shortConv: out", s.out(), s.outGate());
    apart("shortConv: out", s.out(), s.weight());
    list.add(s);
    return this;
  }

  public Commands gate(Tensor gate, Tensor up, Activation activation, Tensor out) {
    return gate(gate, up, activation, 0f, out);
  }

  public Commands gate(Tensor gate, Tensor up, Activation activation, float limit, Tensor out) {
    limit("gate", activation, limit);
    sameShape("gate", gate, up);
    sameShape("gate", gate, out);
    inPlaceOrApart("gate: out", out, gate);
    inPlaceOrApart("gate: out", out, up);
    list.add(new Command.Gate(gate, up, activation, limit, out));
    return this;
  }

  public Commands add(Tensor x, Tensor y) {
    sameShape("add", x, y);
    inPlaceOrApart("add: x", x, y);
    list.add(new Command.Add(x, y));
    return this;
  }

  public Commands activate(Tensor x, Activation activation) {
    require(!activation.limited(), "activate: " + activation + " without a gate");
    activation("activate: x", x);
    list.add(new Command.Activate(x, activation));
    return this;
  }

  public Commands addScaled(Tensor x, Tensor y, float factor) {
    sameShape("addScaled", x, y);
    inPlaceOrApart("addScaled: x", x, y);
    list.add(new Command.AddScaled(x, y, factor));
    return this;
  }

  public Commands scaleRows(Tensor x, Tensor factors) {
    activation("scaleRows: x", x);
    activation("scaleRows: factors", factors);
    same("scaleRows: rows of factors", factors.rows(), x.rows());
    same("scaleRows: columns of factors", factors.cols(), 1);
    apart("scaleRows: x", x, factors);
    list.add(new Command.ScaleRows(x, factors));
    return this;
  }

  public Commands addGated(Tensor x, Tensor y, Tensor logits) {
    sameShape("addGated", x, y);
    activation("addGated: logits", logits);
    same("addGated: rows of logits", logits.rows(), x.rows());
    same("addGated: columns of logits", logits.cols(), 1);
    inPlaceOrApart("addGated: x", x, y);
    apart("addGated: x", x, logits);
    list.add(new Command.AddGated(x, y, logits));
    return this;
  }

  public Commands gather(Tensor x, int[] rows, Tensor out) {
    activation("gather: x", x);
    activation("gather: out", out);
    same("gather: columns", x.cols(), out.cols());
    same("gather: rows", rows.length, out.rows());
    for (int row : rows) {
      require(row >= 0 && row < x.rows(), "gather: no row " + row + " in " + x.rows());
    }
    apart("gather: out", out, x);
    list.add(new Command.Gather(x, rows.clone(), out));
    return this;
  }

  public Commands experts(Command.Experts experts) {
    Command.Experts e = experts;
    sameShape("experts", e.x(), e.out());
    same("experts: rows of logits", e.x().rows(), e.logits().rows());
    same("experts: columns of logits", e.experts().size(), e.logits().cols());
    String refusal = e.routing().refusal(e.experts().size());
    require(refusal.isEmpty(), "experts: " + refusal);
    ExpertChecks checks = new ExpertChecks(e);
    checks.matrices();
    checks.vectors();
    limit("experts", e.activation(), e.limit());
    require(e.gated() || !e.activation().limited(), "experts: " + e.activation() + " of no gate");
    checks.buffers();
    e.additions().forEach(checks::addition);
    list.add(e);
    return this;
  }

  private static void limit(String what, Activation activation, float limit) {
    require(
        activation.limited() ? limit > 0 && limit < Float.POSITIVE_INFINITY : limit == 0,
        what + ": limit " + limit + " of " + activation);
  }

  /** The shapes of a mixture. */
  private record ExpertChecks(Command.Experts e) {
    private int width() {
      return e.experts().getFirst().up().rows();
    }

    void matrices() {
      Expert first = e.experts().getFirst();
      for (Expert expert : e.experts()) {
        require((expert.gate() == null) == (first.gate() == null), "experts: some have no gate");
        Tensor gate = expert.gate();
        if (gate != null) {
          type("experts: gate", gate, first.first());
          matrix("experts: gate", gate, width(), e.x().cols());
        }
        type("experts: up", expert.up(), first.up());
        type("experts: down", expert.down(), first.down());
        matrix("experts: up", expert.up(), width(), e.x().cols());
        matrix("experts: down", expert.down(), e.x().cols(), width());
      }
    }

    void vectors() {
      int n = e.experts().size();
      ExpertVectors v = e.vectors();
      vector("experts: selection", v.selection(), 1, n);
      vector("experts: scales", v.scales(), 1, n);
      vector("experts: bias of the gate", v.gate(), n, width());
      vector("experts: bias of up", v.up(), n, width());
      vector("experts: bias of down", v.down(), n, e.x().cols());
      require(e.gated() || v.gate() == null, "experts: a bias of no gate");
    }

    private void vector(String what, @Nullable Tensor t, int rows, int cols) {
      if (t != null) {
        activation(what, t);
        matrix(what, t, rows, cols);
        apart("experts: out", e.out(), t);
      }
    }

    void buffers() {
      int rows = e.x().rows() * e.used();
      ExpertBuffers r = e.buffers();
      buffer("experts: gathered", r.gathered(), rows, e.x().cols());
      buffer("experts: up", r.up(), rows, width());
      buffer("experts: down", r.down(), rows, e.x().cols());
      apart("experts: out", e.out(), e.x(), e.logits());
      apart("experts: gathered", r.gathered(), e.x(), e.logits(), e.out());
      apart("experts: up", r.up(), e.x(), e.logits(), e.out(), r.gathered());
      apart("experts: down", r.down(), e.x(), e.logits(), e.out(), r.gathered(), r.up());
      if (e.gated()) {
        buffer("experts: gate", r.gate(), rows, width());
        apart("experts: gate", r.gate(), e.x(), e.logits(), e.out(), r.gathered());
        apart("experts: gate", r.gate(), r.up(), r.down());
      }
    }

    void addition(ExpertAddition a) {
      int rank = a.low().cols();
      Expert first = e.experts().getFirst();
      require(a.to() != ExpertMatrix.GATE || e.gated(), "experts: an addition to no gate");
      Tensor to = a.to().of(first);
      same("experts: matrices a", a.a().size(), e.experts().size());
      same("experts: matrices b", a.b().size(), e.experts().size());
      for (int i = 0; i < a.a().size(); i++) {
        activation("experts: a", a.a().get(i));
        activation("experts: b", a.b().get(i));
        matrix("experts: a", a.a().get(i), rank, to.cols());
        matrix("experts: b", a.b().get(i), to.rows(), rank);
      }
      int rows = e.x().rows() * e.used();
      buffer("experts: low", a.low(), rows, rank);
      buffer("experts: wide", a.wide(), rows, to.rows());
      apart("experts: low", a.low(), a.wide());
      for (Tensor t : List.of(a.low(), a.wide())) {
        ExpertBuffers r = e.buffers();
        apart("experts: addition", t, e.x(), e.logits(), e.out(), r.gathered(), r.up(), r.down());
        if (e.gated()) {
          apart("experts: addition", t, r.gate());
        }
      }
    }
  }

  private static void type(String what, Tensor t, Tensor first) {
    require(t.type() == first.type(), what + " of " + t.type() + " and of " + first.type());
  }

  private static void matrix(String what, Tensor t, int rows, int cols) {
    same(what + ": rows", t.rows(), rows);
    same(what + ": columns", t.cols(), cols);
  }

  private static void buffer(String what, Tensor t, int rows, int cols) {
    activation(what, t);
    require(t.rows() >= rows, what + ": " + t.rows() + " rows for " + rows);
    same(what + ": columns", t.cols(), cols);
  }

  public Commands scale(Tensor x, float factor) {
    activation("scale: x", x);
    list.add(new Command.Scale(x, factor));
    return this;
  }

  public Commands clamp(Tensor x, float bound) {
    activation("clamp: x", x);
    require(bound >= 0, "clamp: to " + bound);
    list.add(new Command.Clamp(x, bound));
    return this;
  }

  public Commands xielu(Command.Xielu xielu) {
    activation("xielu: x", xielu.x());
    list.add(xielu);
    return this;
  }

  public Commands softCap(Tensor x, float cap) {
    activation("softCap: x", x);
    list.add(new Command.SoftCap(x, cap));
    return this;
  }

  public Commands argMax(Tensor x, int count, Tensor index, Tensor value) {
    rank("argMax", x, count, index, value);
    same("argMax: columns of index", index.cols(), 1);
    list.add(new Command.ArgMax(x, count, index, value));
    return this;
  }

  public Commands topK(Tensor x, int count, Tensor indices, Tensor values) {
    rank("topK", x, count, indices, values);
    require(values.cols() > 0 && values.cols() <= count, "topK: " + values.cols() + " of " + count);
    list.add(new Command.TopK(x, count, indices, values));
    return this;
  }

  private static void rank(String what, Tensor x, int count, Tensor indices, Tensor values) {
    activation(what + ": x", x);
    sameShape(what + ": indices and values", indices, values);
    same(what + ": rows", x.rows(), values.rows());
    require(count > 0 && count <= x.cols(), what + ": " + count + " of " + x.cols() + " columns");
    require(count <= MOST_RANKED, what + ": no index above " + MOST_RANKED + " is exact");
    apart(what + ": indices", indices, x, values);
    apart(what + ": values", values, x);
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

  public Commands causalConv(Command.CausalConv conv) {
    RecurrentChecks.check(conv);
    list.add(conv);
    return this;
  }

  public Commands l2Norm(Columns x, int size, float eps) {
    Command.L2Norm norm = new Command.L2Norm(x, size, eps);
    RecurrentChecks.check(norm);
    list.add(norm);
    return this;
  }

  public Commands scaleColumns(Tensor x, Tensor factors) {
    activation("scaleColumns: x", x);
    activation("scaleColumns: factors", factors);
    same("scaleColumns: rows of factors", factors.rows(), 1);
    require(
        x.cols() % factors.cols() == 0,
        "scaleColumns: " + factors.cols() + " factors of " + x.cols() + " columns");
    apart("scaleColumns: x", x, factors);
    list.add(new Command.ScaleColumns(x, factors));
    return this;
  }

  public Commands copyColumns(Tensor x, int from, int width, int stride, Tensor out) {
    Command.CopyColumns copy = new Command.CopyColumns(x, from, width, stride, out);
    RecurrentChecks.check(copy);
    list.add(copy);
    return this;
  }

  public Commands copyHeads(HeadValues from, HeadValues to, int heads, int count) {
    require(heads > 0 && count > 0, "copyHeads: " + count + " values of " + heads + " heads");
    activation("copyHeads: from", from.tensor());
    activation("copyHeads: to", to.tensor());
    for (HeadValues values : List.of(from, to)) {
      String refusal = values.refusal(heads, count);
      require(refusal.isEmpty(), "copyHeads: " + refusal);
    }
    require(
        heads == 1 || to.byHead() || to.stride() >= count,
        "copyHeads: runs of " + count + " values, " + to.stride() + " apart");
    same("copyHeads: tokens", from.tokens(heads), to.tokens(heads));
    apart("copyHeads: to", to.tensor(), from.tensor());
    list.add(new Command.CopyHeads(from, to, heads, count));
    return this;
  }

  public Commands headMatmul(Tensor x, List<Tensor> weights, Tensor out) {
    Command.HeadMatMul products = new Command.HeadMatMul(x, List.copyOf(weights), out);
    HeadChecks.check(products);
    list.add(products);
    return this;
  }

  public Commands deltaNet(Command.DeltaNet net) {
    RecurrentChecks.check(net);
    list.add(net);
    return this;
  }

  public Commands tokenShift(Command.TokenShift shift) {
    RecurrentChecks.check(shift);
    list.add(shift);
    return this;
  }

  public Commands wkv(Command.Wkv wkv) {
    RecurrentChecks.check(wkv);
    list.add(wkv);
    return this;
  }

  public Commands addBonus(Command.AddBonus bonus) {
    RecurrentChecks.check(bonus);
    list.add(bonus);
    return this;
  }

  public Commands ssmScan(Command.SsmScan scan) {
    RecurrentChecks.check(scan);
    list.add(scan);
    return this;
  }

  public Commands addMixed(Command.AddMixed mixed) {
    StreamChecks.check(mixed);
    list.add(mixed);
    return this;
  }

  public Commands matchLength(Tensor x, Tensor like, float eps) {
    Command.MatchLength match = new Command.MatchLength(x, like, eps);
    StreamChecks.check(match);
    list.add(match);
    return this;
  }

  public Commands sparsify(Tensor x, float deviations) {
    Command.Sparsify sparsify = new Command.Sparsify(x, deviations);
    StreamChecks.check(sparsify);
    list.add(sparsify);
    return this;
  }

  /** Checks whose rows a batch has; the layer's heads, which all caches have. */
  private static KvSpec.Heads heads(
      String what, List<SequenceRows> sequences, int layer, int rows) {
    sequences(what, sequences, layer, rows);
    KvSpec.Heads first = sequences.getFirst().cache().spec().heads(layer);
    require(first.count() > 0, what + ": layer " + layer + " keeps no keys and values");
    for (SequenceRows sequence : sequences) {
      KvSpec.Heads other = sequence.cache().spec().heads(layer);
      same(what + ": kv heads", other.count(), first.count());
      same(what + ": key size", other.keyDim(), first.keyDim());
      same(what + ": value size", other.valueDim(), first.valueDim());
    }
    return first;
  }

  /** Checks whose rows a batch has. */
  static void sequences(String what, List<SequenceRows> sequences, int layer, int rows) {
    require(!sequences.isEmpty(), what + ": no sequence");
    long count = 0;
    for (int i = 0; i < sequences.size(); i++) {
      SequenceRows sequence = sequences.get(i);
      KvSpec s = sequence.cache().spec();
      for (SequenceRows other : sequences.subList(0, i)) {
        require(other.cache() != sequence.cache(), what + ": two sequences in one cache");
      }
      require(sequence.count() > 0, what + ": a sequence of " + sequence.count() + " rows");
      range(what, s, layer, sequence.position(), sequence.count());
      count += sequence.count();
    }
    same(what + ": rows of all sequences", count, rows);
  }

  private static void range(String what, KvSpec s, int layer, int position, int rows) {
    int layers = s.layers().size();
    require(layer >= 0 && layer < layers, what + ": layer " + layer + " of " + layers);
    require(
        position >= 0 && position + (long) rows <= s.positions(),
        what + ": positions " + position + " + " + rows + " of " + s.positions());
  }

  static void sameShape(String what, Tensor a, Tensor b) {
    activation(what, a);
    activation(what, b);
    same(what + ": rows", a.rows(), b.rows());
    same(what + ": columns", a.cols(), b.cols());
  }

  /** Refuses what is written where it shares rows with {@code others}. */
  static void apart(String what, Tensor written, Tensor... others) {
    for (Tensor other : others) {
      require(!meet(written, other), what + " shares rows with another operand");
    }
  }

  /** Refuses what is written where it shares rows with {@code other} and is not all of it. */
  static void inPlaceOrApart(String what, Tensor written, Tensor other) {
    boolean inPlace = written.firstRow() == other.firstRow() && written.rows() == other.rows();
    require(
        inPlace || !meet(written, other), what + " shares some rows with an operand, but not all");
  }

  private static boolean meet(Tensor a, Tensor b) {
    return a.whole() == b.whole()
        && a.firstRow() < b.firstRow() + b.rows()
        && b.firstRow() < a.firstRow() + a.rows();
  }

  static void activation(String what, Tensor t) {
    require(t.type() == TensorType.F32, what + " must be F32, not " + t.type());
  }

  static void same(String what, long a, long b) {
    require(a == b, what + ": " + a + " and " + b);
  }

  static void require(boolean ok, String message) {
    if (!ok) {
      throw new IllegalArgumentException(message);
    }
  }
}
