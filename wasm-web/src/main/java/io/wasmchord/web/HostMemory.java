package io.wasmchord.web;

import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.OutOfMemoryException;
import io.wasmchord.errors.WeightsUnavailableException;
import io.wasmchord.web.memory.Bank;
import io.wasmchord.web.memory.LinearMemory;

/** What a model's storage has of the engine's JavaScript. */
interface HostMemory {
  /**
   * Makes a further memory.
   *
   * @param number its number, from 1 on, one after the other
   * @throws OutOfMemoryException when the browser reserves none
   */
  Bank further(int number);

  /**
   * Fills {@code buffer} from the model's files, from {@code offset} on.
   *
   * @param name of the model, for messages
   * @throws WeightsUnavailableException when they cannot be read
   * @throws CancelledException when the caller wants no more of it
   */
  void readNow(String name, long offset, LinearMemory buffer);

  /** The worker's. */
  static HostMemory ofWorker() {
    return new HostMemory() {
      @Override
      public Bank further(int number) {
        if (Bank.create() != number) {
          throw new OutOfMemoryException(
              "the browser reserves no memory number "
                  + number
                  + "; close other tabs, or set memoryBudget to let layers pass through less memory");
        }
        return new Bank.Further(number);
      }

      @Override
      public void readNow(String name, long offset, LinearMemory buffer) {
        check(Host.readNow((double) offset, (int) buffer.size(), buffer.address()), name);
      }
    };
  }

  /** Turns what the host says of a read into an error. */
  static void check(int result, String name) {
    if (result == 2) {
      throw new CancelledException("stopped at the caller's request");
    }
    if (result != 0) {
      throw new WeightsUnavailableException(
          "a part of "
              + name
              + " cannot be read any more; if it was deleted or the connection broke, load the model again");
    }
  }
}
