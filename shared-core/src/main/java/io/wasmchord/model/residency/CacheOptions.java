package io.wasmchord.model.residency;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.InvalidRequestException;

/**
 * How a sequence's past is kept.
 *
 * @param type how keys and values are stored
 * @param checkpoints copies of recurrent layers' states that are kept to go back to. Models without
 *     such layers need none. With 0, whatever is not a continuation is fed again from its start
 * @param spacing tokens between two checkpoints; where their number does not suffice for a sequence
 *     they come to lie further apart
 */
public record CacheOptions(KvType type, int checkpoints, int spacing) {
  private static final int MOST = 1024;
  private static final int CHECKPOINTS = 4;
  private static final int SPACING = 256;

  /**
   * Checks the numbers.
   *
   * @throws InvalidRequestException when there are fewer than no checkpoints or more than 1024, or
   *     the spacing is below 1
   */
  public CacheOptions {
    if (checkpoints < 0 || checkpoints > MOST) {
      throw new InvalidRequestException(
          "checkpoints is " + checkpoints + "; it must be within 0.." + MOST);
    }
    if (spacing < 1) {
      throw new InvalidRequestException(
          "checkpointSpacing is " + spacing + "; it must be at least 1");
    }
  }

  /** Four checkpoints, 256 tokens apart. */
  public static CacheOptions of(KvType type) {
    return new CacheOptions(type, CHECKPOINTS, SPACING);
  }
}
