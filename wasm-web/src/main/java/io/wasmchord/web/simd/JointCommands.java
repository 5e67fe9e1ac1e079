package io.wasmchord.web.simd;

import io.wasmchord.web.kernels.arguments.Argument;
import io.wasmchord.web.kernels.arguments.Kernel;
import io.wasmchord.web.kernels.arguments.MatMulArguments;
import io.wasmchord.web.memory.Region;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands that follow each other and may be done without a barrier between them: their units are
 * divided into equal parts, and each part of a command needs nothing of those before it but the
 * same part. Where there are few bytes in all, the whole may be the only part.
 */
final class JointCommands {
  /**
   * What one thread goes through in less time than others would wait for each other: some ten
   * microseconds.
   */
  private static final long FEW_BYTES = 128 * 1024;

  // pieces for each thread: as many as make it matter little who has one more; usually; at most
  private static final int EVEN = 4;
  private static final int USUAL = 8;
  private static final int MOST = 16;

  private final int threads;
  private final List<Member<?>> members = new ArrayList<>();
  private int parts; // into which all members can be divided
  private long bytes;
  private boolean products;
  private boolean dependent; // whether a member needs another one

  /**
   * A command as it will stand in the list.
   *
   * @param kernel its kernel
   * @param units its work
   * @param arguments of the kernel
   * @param uses the ranges among them
   * @param <A> their record
   */
  record Member<A>(Kernel<A> kernel, int units, A arguments, List<Use> uses) {
    static <A> Member<A> of(Kernel<A> kernel, int units, A arguments) {
      List<Use> uses = new ArrayList<>(6);
      for (Argument<A> word : kernel.layout().words()) {
        if (word instanceof Argument.Address<A> address) {
          Region region = address.of().apply(arguments);
          uses.add(new Use(region, address.written(), address.shares().of(arguments, units)));
        }
      }
      return new Member<>(kernel, units, arguments, uses);
    }

    /** Whether parts of the units may do with parts of the ranges. */
    private boolean divisible() {
      return units > 0 && kernel.layout().divisible();
    }

    private boolean product() {
      return arguments instanceof MatMulArguments;
    }

    /** Bytes of the ranges, each once. */
    private long bytes() {
      long bytes = 0;
      for (int i = 0; i < uses.size(); i++) {
        Region region = uses.get(i).region;
        boolean known = false;
        for (int j = 0; j < i; j++) {
          known |= uses.get(j).region.equals(region);
        }
        bytes += known ? 0 : region.bytes();
      }
      return bytes;
    }
  }

  /**
   * A range that a command uses.
   *
   * @param shares see {@link Argument.Shares}
   */
  record Use(Region region, boolean written, int shares) {
    boolean conflicts(Use other) {
      return (written || other.written) && region.overlaps(other.region);
    }
  }

  /** What these commands would be with one more. */
  private record Grown(int parts, long bytes, boolean products, boolean dependent) {
    boolean isFew() {
      return bytes <= FEW_BYTES;
    }
  }

  JointCommands(int threads) {
    this.threads = threads;
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  List<Member<?>> members() {
    return members;
  }

  /** Begins anew. */
  void clear() {
    members.clear();
    bytes = 0;
    products = false;
    dependent = false;
  }

  /** Begins with a command. */
  void begin(Member<?> first) {
    clear();
    take(first, new Grown(first.units, first.bytes(), first.product(), false));
  }

  /** Adds a command, unless it needs a barrier, or is better off with one. */
  boolean add(Member<?> next) {
    Grown grown = threads > 1 && next.divisible() ? with(next) : null;
    if (grown == null || (!grown.isFew() && pieces(grown.parts, grown.products) == 0)) {
      return false;
    }
    take(next, grown);
    return true;
  }

  private void take(Member<?> next, Grown grown) {
    members.add(next);
    parts = grown.parts;
    bytes = grown.bytes;
    products = grown.products;
    dependent = grown.dependent;
  }

  private @Nullable Grown with(Member<?> next) {
    if (!members.getFirst().divisible()) {
      return null;
    }
    int common = divisor(parts, next.units);
    boolean needs = dependent;
    for (Member<?> member : members) {
      for (Use own : member.uses) {
        for (Use use : next.uses) {
          if (own.conflicts(use)) {
            boolean alike = own.region.equals(use.region);
            common = alike ? divisor(common, divisor(own.shares, use.shares)) : 1;
            needs = true;
          }
        }
      }
    }
    return new Grown(common, bytes + next.bytes(), products || next.product(), needs);
  }

  /** Whether a member needs another one. */
  boolean dependent() {
    return dependent;
  }

  /** Whether one thread is to do all. */
  boolean alone() {
    boolean few = members.getFirst().divisible() && bytes <= FEW_BYTES;
    return few && !(dependent && pieces(parts, products) > 0);
  }

  /** Into how many pieces of all members the threads divide them. */
  int pieces() {
    return Math.max(1, pieces(parts, products));
  }

  /** The same of so many parts; 0 where threads would wait long for each other at the end. */
  private int pieces(int parts, boolean products) {
    int few = EVEN * threads;
    for (int n = USUAL * threads; n >= few; n -= threads) {
      if (parts % n == 0) {
        return n;
      }
    }
    for (int n = MOST * threads; n >= few; n--) {
      if (parts % n == 0) {
        return n;
      }
    }
    for (int n = few; !products && n >= threads; n -= threads) {
      if (parts % n == 0) {
        return n;
      }
    }
    return 0;
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }
}
