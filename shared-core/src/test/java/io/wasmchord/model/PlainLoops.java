package io.wasmchord.model;

/** Layers that a token goes through several times, for {@link PlainDecoder}. */
final class PlainLoops {
  int count = 1; // of all layers
  boolean normed = true; // between them
  int stack; // layers of each of two stacks that take turns; 0 where they do not
  int high; // cycles
  int low;

  void run(PlainDecoder d, double[][] x) {
    if (stack > 0) {
      cycles(d, x);
      return;
    }
    for (int i = 0; i < count; i++) {
      d.layers(x, 0, d.layers);
      for (int t = 0; t < x.length && normed && i < count - 1; t++) {
        x[t] = d.norm(x[t], d.lastNorm, d.hidden);
      }
    }
  }

  private void cycles(PlainDecoder d, double[][] x) {
    double[][] slow = copy(x);
    double[][] fast = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      fast[t] = d.row("hrm.z_l_init", 0, d.hidden);
    }
    for (int h = 0; h < high; h++) {
      for (int l = 0; l < low; l++) {
        sum(slow, fast, x);
        d.layers(x, 0, stack);
        norm(d, x);
        fast = copy(x);
      }
      sum(slow, fast, x);
      d.layers(x, stack, 2 * stack);
      if (h < high - 1) {
        norm(d, x);
        slow = copy(x);
      }
    }
  }

  private static double[][] copy(double[][] x) {
    double[][] all = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      all[t] = x[t].clone();
    }
    return all;
  }

  private static void sum(double[][] a, double[][] b, double[][] x) {
    for (int t = 0; t < x.length; t++) {
      x[t] = new double[a[t].length];
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] = a[t][i] + b[t][i];
      }
    }
  }

  private static void norm(PlainDecoder d, double[][] x) {
    for (int t = 0; t < x.length; t++) {
      x[t] = d.norm(x[t], d.lastNorm, d.hidden);
    }
  }
}
