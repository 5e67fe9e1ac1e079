package io.wasmchord.tokenizer;

import java.util.Arrays;

/**
 * The Unicode 16 table behind {@link UnicodeCategory}, as one string. It lists runs of code points
 * of the same category from U+0000 to U+10FFFF. A run is the number {@code length * 7 + ordinal of
 * its category}, written least digit first in base 32; a digit with {@link #PAYLOAD} added says
 * that another follows. A digit d is the character {@code '0' + d}, except that a tilde stands for
 * the backslash. {@code UnicodeTableGenerator} (among the tests) writes it from the JDK's data.
 */
final class UnicodeTable {
  static final int PAYLOAD = 32;
  static final char ZERO = '0';
  static final char BACKSLASH_STAND_IN = '~';

  private static final int DIRECT = 0x10000;
  private static final UnicodeCategory[] CATEGORIES = UnicodeCategory.values();

  private static final String RUNS =
      ""
          + "o1Y1n3=I<^1<P1Y2BJBg5I<;<g5;<;<Z1=f5=;X1;C8;<7Q1A<8B<:8;H;R5<j6<WT3Q1e2W3T1f18<8l3bHT1<?>M;8LC8;F787]47VB<^N<c"
          + "1[T17[8>8^1P9B>J7m9;9;@;@;9h1n5LMBg3JB<BC_2;7I^9e4Y2P1?9fE;8c17<~1?@<N?Y2FC8V3>89c6o5>`C_28R3Y2X7Q2?<I8>9Ck4N8"
          + "Q28G8U1>]37`5G>;7^2S1Y5<[1h1Q2W9Z57Y7k;G8P48c1W2@BY2;a3G7i1>?>k47b178EM>98c1>@>G8h19L?7F@>Y2?C]1C8;9>G7[1L?>k4"
          + "7b17?7?7?>97U1L@>GE9a1M78a1Y2@F9;V2G7P27F7k47b17?7T1>98j17G7G>8Y3?@>Y2;<a18~17G7i1>?>k47b17?7T1>98c1>@>Ga1GL?7"
          + "F@>Y2<8]1V2987[1EF7ME?787?E?EFEe2LU1EG7N>8Z19R3n2m1S1U1i17F7R57a3>98c17G7Na1@7F>8>?@>Y2a1;d1<8G;i17F7R57W27T1>"
          + "98c17G7Na1@Z1?7?@>Y27?9d2NP27F7P9@8c17G7N8<LF9d1F@>X4<[17G7o3EY57P278>b1E9L~1797j1Z1Y2>@;d2a:9?c1L<b1j1;Y2BS8?"
          + "787T17Y5787W29?Q28>T1787c17Y2>MP78J]3<;J@_1_4<9<9<9P1@i17m7L^4;@T1_27n77m19_17CW1Q1BS8^9^48Y2^1[1NMG8G?c1FNl2f"
          + "289Y2NC[878S18>^9;lX27M>b1787M>P97M>X77M>b1787M>Z37`<7M>f>>GS2_4Ea3[2Z1kB>[1>;eW4<;h3=g5BE^@IHi1a1o3No1V4GBo1o"
          + "3@d2l27F7@d2];R7I8I<89>Y2Z1Y2Z1a2G79Y2Z1`Ca1T1@_798S1[?V2j67f2Lf2L<EBY2c6>T1]2e9Lg5Z1`2Ec7R5U1>Bd;X27]6>9Y2Z1Y"
          + "2Z1e18^1>k6g:U1Z:i3i17BY2e1[2Q2T2IGc6m2?Y2e9T3h1P1m7^4EW1Y2EFY2m7B^2S1^9>Fl1h1G;e4M9[19?G8S1QZ1R>kl1>[1>[8>[1>"
          + "i17878787j6>d;7b1<8JF7b1JM>[17Jl2J>F7b1C7c2S1~5DS1=`4<o2<h2=`3:8>]1JB8Y2JB7l2E~7Y3Y7Y3C8Q18CW2<8JT1_18<8<8<M<^"
          + "2CMX1T1Q18<X;?V1CL]b2P1`6Bng1j4b2c4W=WAm4mV4V3e6l:Bn6Z2Zh2n4n=P1U7Boa2>U77TGTb1_1MG?S1P1:B[878S18>Y<a18;R39R5o"
          + "1b17b17b17b17b17b17b17b17R7]:8T7Ch2^7k57dCd2o^1f5e3=I<?:Z2Ch2<R2~1;T1CH?;C7kB>@CF;gC;MS1^97cD7CO[2Q7_8o1<a3n67"
          + "Y2g6k1<~3U7Y2f8~3UV2QR]1U>l^g4EV<o1S:Blj1Ia3Y2?~4Z:N;X2;j6@[?Y2@^1h1V5P2CbFCf>>?787i1c4a39F9M9R5U1Q19E]1Q1Z1];"
          + "P1h1@o:P4h1BY2Z1P4[1I8;?9Y2U6j1BR5m2]2;~6ENZ:T3o278Y2LBT19W2Y2T17P9T3o1F9i1@>Y2>P1R5J8Go:98G?@T1@898X5FB^2U1BF"
          + "@V2[1>[1>[1o1b17b17^9<S3CLVIj1;@>Y2Z1m[~2d2R5Lh:lhi1S`2>WGZ8b1d2T1S189W2<l27T1787?7?7eGl3`3^_2Be3Q>>k;a1<P7e2Q"
          + "1b3Z2Z1b3i77V3<;J7;<BLT17bMLI<^1<P1Y2BJBg5I<;<g5;<;<e1`CE[1>[1>[1>FEf17f1k2C>e27g57V47?7Z3>S3^7nJS1ILn9ET2b<l3"
          + "AJ7P3E<Y:P:9^L~6Eh:Y39P6LQ7Oo1]4:i1:S1[8U1S1c67;m7Li1;V1V9cR1>Y2Z1m7Lm7Li8h1];]2;^27Z37b17?7^27Z37b17?E];d2RT2"
          + "o1k4V2i1X5[17W97P2S?[1>87e97?E8>R57;k1R5Cd1j6h1R2`:V47?S1V1k4]1E;g5S1;P>Y<LA?c3>U:8G7@S1NM7F7~6>GL9R2a1S2a1~6A"
          + ";~6HP7i1<U6@LV1e1o1k;Ee1k4>k1V4S1k1o3a1P1d2d1`AP@Q<V;k2V;a1]1m7Nh1Y2Z1Y2U6EU1;R5h1C`]1l67W97@;>?`3FQ<N~6Y28h1k"
          + "4_2OW1j4o3NP1Z8d4d1~4R5o1Gd;[3e1Le69?@8o1Nl9_2B7P19k2`5a1Y2Z1Gm7T37Y2P18@8h1f79B8o1Ga:T3MP1N;@Y28;8I7_4]2o37`5"
          + "f2^19?9b=b1787M7Z37W2;Z1Z:f2S1Y2Z1N7i1>?>k47b17?7T17@8c1>@>G>8Z19S1T1@>c1EU1]2W278>87[878Q279>97N7U1898B7Bh1@["
          + "6d;P4MW1Y2B7;9Fb6a:^4?;8h1Y2ZT1Z:c1>Q2U5M@^7a:i3I8]2Y2Z1o2U4^9m28;Z1Y2Z1_4T6n5>[3Lg2I<b1_X1e9[3;lEQ>X4d2i1>8>i"
          + "17?7Y5~17@>N898@Io1Y2Z?i1>b8c1>c18;89m58X2i8c18Nl19h18_2S:b3I8W1k2P@a1Z2jW1X7;R3Y2Z1P27T8j17j18W1V2^6EBc6>l47T"
          + "3o?b17?7[8~1E97@7c189h1Y2Z1[17?7Q7U17@7U18a1Y2jS2V4NBa1@89l27_7c1EU1o2Y29cB8Y3f4`6k2;gY6ZF~H7W1]2mZ1dPBXEBk2aZ"
          + "7`39[1[3V2nYKS1bo3_h^1c6P4Y2Zk;`l3a1j67Y2LBZA7Y2Z1c6>U1;V2a:c1W1Q1M;<V2Y27d17d4S1V4`n2l9IY2Z[1Q>T5P1SF^@L98S<a"
          + "1Nl2P>?;89]2@R3YnY1h1k^8o8W2aRm1M7b17?7fo1Y38[6F>8R3Mh1ef2lh?^GS1l2EP2a1W2><@;PmJed1Y2Z1ao2d@T:>S5o1aIT=oe1V2f"
          + "8>Y=U1J~1h1j1Cc1g6N`=c4c>G<fJ_4d2_4d2VCo1b5aMdB7b?7?>8>?>M7e2787b17X>7M>i17b17U67M7T178Eb17]Z2>`5<`5<j6<`5<j6<"
          + "`5<j6<`5<j6<`5<i1>Q;U`3S<Q1P;m19W39CW1Y3U17[3`a7j6Z1[1c^1c17i3>c17@7U1S1c=W79`Hl9Ec1b1>Y2L8<PV2c69g3e9NY2S1<`U"
          + "3U6NY2j^1c6@8Y2L;PY3b17M7?7Z37T[1>R2c1o8m>c18LY2LBg[5P=<H<Od@n9<~3^Z1M7n57?78>87W27M7878Z18L878787F7?78>878787"
          + "8787?78>M7b17M7M787W27h3S1F7T17h3~;CRk1i9LQFd2^3>^37^37X8V2n2~S1X<`6k2i9LT2a1CR3_1fQ1]g6Ll3EP3EVJLnDZ1i2L<Y3i2"
          + "L]<h1[2Z1m8h1g6>i2LCb=aZ2d2W3>P3E[2S1]<a1^3>b2Z1T2a1ZP17YDY2ZQ7QQT9P7g~LZ1c`1>_~W1R3hRc1Y3SX4^k@cf3^Y:^hQ1S1Qe"
          + "L`YSh4bd1`clY1";

  /** Category ordinals of the basic plane. */
  private static final byte[] BASIC_PLANE = new byte[DIRECT];

  /**
   * First code points of the runs that reach beyond the basic plane, ascending, and their
   * categories' ordinals.
   */
  private static final int[] STARTS;

  private static final byte[] START_CATEGORIES;

  static {
    int[] starts = new int[RUNS.length()];
    byte[] categories = new byte[RUNS.length()];
    int runs = 0;
    int position = 0;
    for (int start = 0; position < RUNS.length(); ) {
      int number = 0;
      int digit = PAYLOAD;
      for (int scale = 1; digit >= PAYLOAD; scale *= PAYLOAD) {
        digit = digit(RUNS.charAt(position++));
        number += digit % PAYLOAD * scale;
      }
      byte category = (byte) (number % CATEGORIES.length);
      int end = start + number / CATEGORIES.length;
      Arrays.fill(BASIC_PLANE, Math.min(start, DIRECT), Math.min(end, DIRECT), category);
      if (end > DIRECT) {
        starts[runs] = start;
        categories[runs++] = category;
      }
      start = end;
    }
    STARTS = Arrays.copyOf(starts, runs);
    START_CATEGORIES = Arrays.copyOf(categories, runs);
  }

  private UnicodeTable() {}

  private static int digit(char c) {
    return c == BACKSLASH_STAND_IN ? '\\' - ZERO : c - ZERO;
  }

  static UnicodeCategory category(int codePoint) {
    if (codePoint < 0 || codePoint > Character.MAX_CODE_POINT) {
      return UnicodeCategory.OTHER;
    }
    if (codePoint < DIRECT) {
      return CATEGORIES[BASIC_PLANE[codePoint]];
    }
    int found = Arrays.binarySearch(STARTS, codePoint);
    return CATEGORIES[START_CATEGORIES[found >= 0 ? found : -found - 2]];
  }
}
