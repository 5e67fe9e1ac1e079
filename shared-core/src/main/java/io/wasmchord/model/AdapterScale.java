package io.wasmchord.model;

/**
 * An adapter, and how strongly it is applied.
 *
 * @param scale 1 as it was trained; any finite number
 */
public record AdapterScale(Adapter adapter, float scale) {}
