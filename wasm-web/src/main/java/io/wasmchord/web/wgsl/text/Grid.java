package io.wasmchord.web.wgsl.text;

/**
 * Workgroups of a dispatch. A kernel numbers its groups {@code x + y * columns}, and those from
 * their count on do nothing.
 */
public record Grid(int x, int y) {
  private static final int MOST = 65_535;

  /**
   * At least {@code groups} workgroups.
   *
   * @throws IllegalArgumentException when a dispatch cannot have so many
   */
  public static Grid of(long groups) {
    if (groups < 1 || groups > (long) MOST * MOST) {
      throw new IllegalArgumentException(groups + " workgroups");
    }
    int y = (int) ((groups + MOST - 1) / MOST);
    return new Grid((int) ((groups + y - 1) / y), y);
  }

  /** Groups of {@code each} that hold {@code count}. */
  public static Grid covering(long count, int each) {
    return of((count + each - 1) / each);
  }
}
