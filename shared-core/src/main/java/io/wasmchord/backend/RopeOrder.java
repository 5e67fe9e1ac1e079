package io.wasmchord.backend;

/** Which two values of a head a rotary embedding turns together. */
public enum RopeOrder {
  /** Neighbours: (2i, 2i+1). The llama files' order. */
  INTERLEAVED,
  /** Halves: (i, i + n/2). The order of qwen2, gemma and most others. */
  NEOX
}
