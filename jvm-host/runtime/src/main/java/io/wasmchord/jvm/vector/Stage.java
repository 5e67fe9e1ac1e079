package io.wasmchord.jvm.vector;

/**
 * A short piece of a product that the compiler takes as one method. Everything a stage needs to
 * know stands in its own fields and in the thread's scratch.
 *
 * <p>C2 inlines what is hot until it runs out of nodes, and a vector operation that is not inlined
 * any more creates an object for its result: ten times slower. A call of many receivers is not
 * inlined, so stages go through {@link #call} and stay small by themselves.
 */
@FunctionalInterface
interface Stage {
  void run(KernelScratch scratch);

  /** The one place from which stages are called: many receivers. */
  static void call(Stage[] stages, KernelScratch scratch) {
    for (Stage stage : stages) {
      stage.run(scratch);
    }
  }
}
