package io.wasmchord.web;

import io.wasmchord.errors.UnsupportedModelException;
import java.util.function.Supplier;

/**
 * What happens to a model that the kernels refuse, because of a format, a command or a shape, when
 * it is loaded and before anything is computed: plain code runs it, where plain code can. That is
 * not so for a model in several memories or one whose layers pass through slots: there the refusal
 * is the answer.
 */
final class PlainFallback {
  private PlainFallback() {}

  /**
   * Loads a model.
   *
   * @param plainCan whether plain code can run it
   * @param onKernels loads it for the kernels
   * @param plainly loads it for plain code
   * @throws UnsupportedModelException when neither can run it
   */
  static <T> T load(boolean plainCan, Supplier<T> onKernels, Supplier<T> plainly) {
    try {
      return onKernels.get();
    } catch (UnsupportedModelException e) {
      if (!plainCan) {
        throw e;
      }
      return plainly.get();
    }
  }
}
