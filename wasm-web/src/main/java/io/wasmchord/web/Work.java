package io.wasmchord.web;

import io.wasmchord.json.JsonObject;

/** What a request has the model do, step by step. */
interface Work {
  /** Computes a step and tells what has come of it; {@code more} is whether there are others. */
  JsonObject step();

  /** Gives back what it holds, whether it is done or not. */
  void end();
}
