package io.wasmchord.tokenizer.unicode;

import java.util.Arrays;

/**
 * The Unicode 16 table behind {@link UnicodeCategory}, as one string. It lists runs of code points
 * of the same category from U+0000 to U+10FFFF. A run is the {@linkplain PackedNumbers number}
 * {@code length * categories + ordinal of its category}. {@code UnicodeTableGenerator} (among the
 * tests) writes it from the JDK's data.
 */
final class UnicodeTable {
  private static final int DIRECT = 0x10000;
  private static final UnicodeCategory[] CATEGORIES = UnicodeCategory.values();

  private static final String RUNS =
      ""
          + "T3Q2W6EY1DZ2Dd1e3NZ1NP9Y1DCDQ9CDCDS2Eo8ECP2CO?CD<e1MD>NDB?CX1Co7D_2[8Dk2=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>"
          + "=>=>=>=>=>=>=>=>=I=>=>=>=>=>=>=>=I=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>H>=>=T1H>=>H>S1I^1>H>S1T1H>H>="
          + ">=>H>=I=>H>S1>=>HI?=T1`1H>H>H>=>=>=>=>=>=>=>=I=>=>=>=>=>=>=>=>=IH>=>S1>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>="
          + ">=>=>=>=>=>=>=>=>=`2H>HI=>^1>=>=>=>=jG?~9Z6e1X4S5k1f2?D?T6eV1=>=>?D=>F?T1C=~1O=CS1;=;H>m5;U3T<=IS1T1=>=>=>=>=>"
          + "=>=>=>=>=>=>=j1=>D=>HIcAc@=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>Dl1L=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>"
          + "=>=>=>=>H>=>=>=>=>=>=I=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>"
          + "=>=>=>=>;T=F?Z2V>NFZ1;d?C@CKCKC@h2]9~1`1Ni3S2Z1NDNOn3C<Y1m>~7e3d1J@UR1C?b2<DW2JKDa1Je3U1O?R5;<?@^:^9FgNn3?j4e3"
          + "_;X3JDY1?F@Of7a1?X3?V1?l1F]5;g8V1FC;m3g1~8DV2;Gg1X3b>]8<U;AfB@A@?W1m2b1@L?b2b3KNe3Cd5@L;l2FJFf7;a2;?Q1`1F@?W1a"
          + "1FLFL@?h2A~1J;U1KFe3JOY2O?C@FKA;V2~1JFf7;a2;J;J;JF@;W1K~1KFV1Q1@]2`1;?]2e3KU1@C^3KA;W3;U1;f7;a2;J;k1F@?W1l1;KA"
          + ";L@F?U5JKFe3CD]2?W2;@L;l2FJFf7;a2;J;k1F@?A@Aa1FLFL@]2KA~1J;U1KFe3D?Y2^3@?;V2Q1U1;`1Q1J;?;JQ1JQ1U1Q1X4~1L@LQ1W1"
          + ";W1@F?R2Aj4f4Q3g1@W1@l2;U1;Q8;d5F@?V1b1;V1;a1]2K;U1F?FJKFe3]2Cd2D?@LCl2;U1;Q8;b3;k1F@?A@m1;@L;LK]2LR2J;JKFe3;J"
          + "AT4KLW3;U1;W>K?W1a1;W1;W1@?D~1U1Ad2U1KFh6DV2;@L;Z6Q1~8;W3;?Fa2Q1@~1W1V1;@;n2R2e3FLCT4d@@Jb2~1Da2m2Ce3Ng<J;?;k1"
          + ";~8;?;b3@JX3?Fk1;?;b2;e3F`1P;?Z1]5DCZ1K[2S7D@D@D@d1Ll2;`<~1o4Al1CKk1n3;a<;Q3@[2;Oo1e1Ng<m>La1AW2AKLK?e3Z2V2LK`"
          + "1V1?W1Jc2U1a1c4@LKX2@?Ae3W1@OT=;=g1=Fl>C?T1Wa3;`1Fa2;?;`1FW>;`1F_;;`1Fa2;?;`1FY5;gC;`1FUGFV1[3S7Q1d5g3R2dMFU2F"
          + "CXe6DCo5ER9NQ1mIY1X1l2]2Z6V1AS3e6KANS3Z6KT4c4;U1;KT4PBKAb2n2@Ln3Y1?Y1D?@Fe3R2e3R2Q4V1<@e3R2gN]2k1Kj;@?g1VH^3i:"
          + ";V1b1KW1~1L@X2V1~1DQ1Ne3^:Fk1i3X?~1R9R2P4Q1o;Q8KL@FN[BA@Ab2;@A@Lm2X2c3F@e3R2e3R2e2?Z2Fo4Ae5k@a1AY@@Al1A@m1@Ll2"
          + ";Ne3e2g3X3~3Y1KA^:Aa1LKAV1Je3X?@AKW1@AV1Lh2d1`<n2m2LKQ1o1e3Q1U1e3`<NV3=>g1k>FS1P3h2V1Cd4Ab2`1@V2@JAK?g1W?iEb4?"
          + "i;k<UF=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>"
          + "=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=V3=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>="
          + ">=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=V3j2U2FT2Fk2j2k2j2U2FT2Fk2;=;=;=;=k2j2m4Fk2j2k2j2k2j2j1;Ii1D>Z1T1;Ii1Z1_1FI^"
          + "1;Z1k2i1Z1FT1;Ii1O;S4h1`8P1h1ET7Dg4D~4Eh1;_3B?FY2Z1N?e3Z1N;c4Q1d;U5d4b1@W1Y4U5O=e1=O>S1IS1>D=Z1i1[2=D=D=D^1D>^"
          + "1>`1>OIHP2=_1e1>DhA=>n1O~1aQ4d1X:Nng2b7R4W7kDSKi7Qd6R5a:TANn:f3jZ4j7nEd1Y;NkP4FY;;~T1b@c@=>S1I=>=>=>^1>=I=U2JS"
          + "1>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=I[2=>=>V1=>"
          + "g1d1BNU=;>g1>F~C]2?Cj4@Q8S3a2;a2;a2;a2;a2;a2;a2;a2;U;]@?X;O~4f;W9;lNT4kY2n8i5EY1DJBf3O~4DZ3a1LCk1OX1JCO;fMFKOU"
          + "1CROC`1g1m>;^P1;Oc1g3T;[=S3Dd5n:;e3c:o2D~5Y;e3f=~5Y^3TjV2YFcP^7Q1VCS3n?Ncl2Y1d5e3Jl6=>=>=>=>=>=>=>=>=>=>=>=>=>"
          + "=>=>=>=>=>=>=>=>=>=>?@W1Cc3C?=>=>=>=>=>=>=>=>=>=>=>=>=>=>JKVHe3KZ2h2V8W3O=>=>=>=>=>=>=T1=>=>=>=>=>=>=>=>=>=>=>"
          + "=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>=>?k2=>=>H>=>=>=>=>?O=>=>?=>=T1=>=>=>=>=>=>=>=>=>=>i1>i1>=>=>=>=>=>=>=>^"
          + "1>=>H>F=>;>;>=>=>=>=W7U1=>U1>a2@U1@`1@Q8LKAe1@Q1Y2e1R2PBd1h2LZAf5Kh2Ne3R2[6V2Y1?CJ@e3h9m2NQ8n3Li3CS:Q1V1AY@@La"
          + "1LKW1g4;?e3~1Nk1@b3e3k1;W>W2LKLKS3U1@l2@AFe3Fd1Q8Z1?A@AZA@?V1JKk1K?@?X8U1Nm3AKLNU1A@^3V2FV2FV2S3a2;a2;l>D`1V3?"
          + "O~1cKU<L@L@LCA@Fe3R2`Ph3T4Q8~1o@~1Qhj2nm3FbT1R=`2T4j1g1?@b3Dc4;k1;?;J;J;XU1T6`5ml3Ni5TFFfB]2DP;X4e1e5f3R2e5Y<;"
          + "R5DCZ1;CDN~1k1;a^1F<;Y1DZ2Dd1e3NZ1NP9Y1DCDQ9CDCDe2gNQ1V2FV2FV2FU1Q1f2;f2^3R1OFX4;R9;e6;J;Y5Fn4f;]Z1g1Y1~1f?Q1~"
          + "3jCT6MZ1;h4Q1DU@h?@f~1S:Q1o@U5@`9~1T;c1S3P7Bl2Bg1V=l1g1^:;C`<~1l2Cn1^>j=k=nJFe3R2^<~1_<~1l=h2PBi3Ck3;W5;_2;H;l"
          + "3;X5;`2;IQ1PBT4Q[3S3f7^3l2X8V2;b>;W3gGV2F?;X?;JQ1?FQ8;Co2Q8Od2i:h2Z3`@e6;Jg1n1f7Y2Q1CR9g1CPF~C~1MJg5FQ@?V1;Kg1"
          + "a1`1;U1;S:FV1~1@Z3]2[3]2S:MCS:X1P;l2Dh9K~1n1e2S3fBQ1e2f7Fo2e6g1o2Z6]2d1T4d2`KWImBcA_4dA]2Y2`<a1h2e3R2e3V2d7Q1l"
          + "1C?e7h2O`W2l:;b>;KCFJ`5U1mBa1S:e3?h2f7n3c1o1b7Z6a1d1R=[7d2l6Q8S3A@A[BZ5e2~1a:@JK?S3V1Ac?W1a1LKN<d1@^3<Fg8]2e3R"
          + "2V1`<l1Am2;e3d1?L?h2U<@N?S3KAd@W1X3L`1d1a1CA@e3?C?Y1;S7i3Z6;g8W1V1L@AKZ2@J@ZEa2;?;`1;Y5;b3CR2Y@@W1m2g1e3R2KL;l"
          + "2FJFf7;a2;J;k1;K?L@b1FLFW1F?R2Ag1k1LFb2Q1l1i3b3;?F?;V=;?W1W2;AFA;b1;L@A@?@?N;Nh2Ko9[BW1m2LV1A@`1o1e3N;C@U1Z:d@"
          + "W1W2A@b1KAKJC?h2e3Ri1Y@W1a1Fb1KAKU8`1Kf;d@W1m2L@AKY1?i3e3R2g4a6m>@A@LW2A@?CR2e3R2S7d9]9F@A@La1Al1~1[4Y1Da2co1X"
          + "?W1X3AKC~R1R;S;h6T4l2F?Fl2;J;~8X2;LFKA@?A?A@Y1S3e3RHl2Fa=W1a1FKb1@?C?AY9?c3l=W2A?a1P3@h2?W2LV1n?d4AKY1?o1_4WI]"
          + "2f3bn1_;Cj4e3R2W3;k<Ab2;W2A@?o1^3V:Q1N^:Fg7;Ab2AKAKSIa2;J;V=W2Q1@;K;b2?@h2e3R2V2;J;T;m1;K;L@A@?]2e3bZ3e6KLN]2K"
          + "?Ac4;j;Ll1Q1L@A@g4e3@WM?U5^7X:_4CRm9RS1~V1;o1i3`S2TZL_Q1N_4d`;a5@V2Z5^3]mZ1g1aX6c_Y2^:Y4W1V1e3RdBgS6]2i:;e3~1N"
          + "YK;e3R2^:Fl1C^3d@b2o1e1`1CD^3e3;d2;[7g1e6`d4c?Y1e3RT2R;S;T8d1gR1mI~1@?SC]2a1c4PFJC?@i3Lj4~mQ2h2fY=S>b3]oo2`1;a"
          + "2;J;UT3U5?o9U1F?j4`1h2XX4~iHmT1g1c4Q1W3]2b3FDKC]1dWZ1ib2e3R2Uf4TJo?FR8S3UX1dDkd2^3f=FmDLV1Z1X2i2m2Ob2c:a1XEW7o"
          + "FV1DnY1S7T4S7T4VNS3j8]^1P9Q9P9`2;Y6P9Q9=;HF=FHF^1;j2_1;>;`2;l3P9Q9H;^1Fj2;_2;Q9H;^1;i1;=Q1_2;Q9P9Q9P9Q9P9Q9P9Q"
          + "9P9Q9P9g9Fe8Df8DU2e8Df8DU2e8Df8DU2e8Df8DU2e8Df8DU2=>F]AY`5RCe1[AQ3@S5@Oo1U5l1;Z5`k;a3?o6R2U2WY2b2;P6Fb2;K;l1g1"
          + "^E[;@`V1c?Q1b2a2Fe3~1?DP^3^:@k5X?a1e3g1D`o4h9a1e3bY2^:K?e3~1CPU5a2;`1;J;Y5;kS2FZ3b2S>h;i;b2?~1e3~1Nk]8`DDX1Dc1"
          + "TJf?D~5fR2`1;]9;J;?F?;b3;`1;?;?R2?~1?;?;?;U1;J;?F?;?;?;?;?;J;?F`1;a2;`1;`1;?;b3;o5g1U1;k1;o5lAOjl2]?~1eR1T4^5F"
          + "^5;^5;P=^3f4dg1XCX:_4]?~1~3]2Oj4[2nd1ab:~1T6Q1h4Q1VY1~1nP1R2]4~1DU5]4~1aCh2g3R2Q>h2c:F]4~1OZEUe3T4S5Fh4Q1g3g1a"
          + "C]2^5FR4R2~3]2jb1;mOe3RR;TmZ>P;Rd~1R2^~2Fjlm1j4oX`2U5ne6f_J^j5fU@mQe1g1TQ]1kkm^7<Z:QQ1P~1eb2`ejE[ooEF[ooEF";

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
    PackedNumbers numbers = new PackedNumbers(RUNS);
    for (int start = 0; numbers.hasNext(); ) {
      int number = numbers.next();
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
