package io.wasmchord.tokenizer.unicode;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What Unicode 16 says of putting marks in order and together with letters. {@code
 * UnicodeTableGenerator} (among the tests) writes the tables from the JDK's data, as {@link
 * PackedNumbers}.
 */
final class CombiningMarks {
  /**
   * Runs of marks of the same canonical combining class: distance from the end of the run before,
   * number of code points, and the class, as its place among all classes in order.
   */
  private static final String CLASSES =
      ""
          + "PHEc111d114^111d111~115^112Z114^112Z11;^115114^113c131c131g111c113^113c112^123c114^111c111d112^111c111e112f111"
          + "e112f111e11=c1d85c1Z81^114c111^113c111_111^116c116^112c111^112c111_111b111c111611711811911:11;11<11=11>12?11@1"
          + "1A11B21C21D11E21c111^121>Y28c111J11K11La11G11H11I11J11K11L11M11N12c112^115c111^112c111^1A1OV37c134c111^111c132"
          + "c121^112c111^1T11P1O1c111^112c111^112c113^111c112^111c111^113c111^111c111^111c111^111c111^112c1Q57c111^111c1:1"
          + "^1I4c129c123c125c1~13^1l12c113^114c1[15c115^11>c121^112c111^112c111^113c113^111G11H11I13c111^112c112^115c1m113"
          + "A1541c111^112c1X313A15a11c1n113A15_313A15_313A15P415_313A1581Q111R1V313A15^325A15m315^32S1115>4T1]32U1115>4V1]"
          + "22^1L1^121^121~1h11W111X121Y164X131X122c111522c1o11^1a313225c21^1`F3c1eM25O15n415;1c1~61b1`41_111c111^1l61c111"
          + "^1X215E8c131^1a15c116^112c111^122^112c112^115c111^114c1V313@15W11c111^117c1g125k113<25T213i43c121115^112c114^1"
          + "11c127151^171c142c1W62c111^117c111^112c111f111[111^111Z11U1c111d112b111^111]111c111e111^111c111^1aF2c112114c11"
          + "3112c151c142111c111^111c112114^111c1oo23c1^415Q3P1c1[A1]111b111d111_112`1Z324e^M1c15:c1Q12c1a22c1e815V115h415L"
          + "Bc1j13^1V115P313=15`71c122c111^132c162c121c1e115g715aiC1FRH7c117^112c1^N1^1S71^1f45c1cd11^121c1Y11c111111^1515"
          + "V51c111^1nA4c1R25c1n92c1a23^1W22^113c111^111c114^1b11c111^111c111^1Q615Z115?15j115113V23c1a125o113]215:13[3151"
          + "13c513115a223A15I7c145c1j235b315413H1c1T315113l715113o315g315113d315^815113S825513m415d215C15b215V=15S813225b2"
          + "15Z=25]_@15Q^251l17c1jU122]UC11WV52~113141a115~198^135c112^1O4c1e43c1l]37c12Ac137c122c125c1U31c1Q57c1h;1c1n14c"
          + "1m?2d111^111c1o71c111^1QG7^1^36c1113";

  /**
   * Characters that do not come back once they are decomposed into more than one: distance from the
   * one before.
   */
  private static final String DECOMPOSED =
      ""
          + "TJd`11111111m312d23S1113n71VO:555=:2129B:555=hm3222222n1>288883;2`9a]2QRd12;1111111111112111122121211111111``e"
          + "1111111g211111";

  /** The last class; 0 is that of all that is no mark. */
  static final int LAST_CLASS = 55;

  private static final int FIRST = 0x300;

  /** First and last code points of the runs, ascending. */
  private static final int[] FIRSTS;

  private static final int[] LASTS;
  private static final int[] RUN_CLASSES;
  private static final BitSet STAY_DECOMPOSED = new BitSet();

  static {
    IntList firsts = new IntList();
    IntList lasts = new IntList();
    IntList classes = new IntList();
    PackedNumbers runs = new PackedNumbers(CLASSES);
    for (int last = 0; runs.hasNext(); lasts.add(last)) {
      int first = last + runs.next();
      firsts.add(first);
      last = first + runs.next() - 1;
      classes.add(runs.next());
    }
    FIRSTS = firsts.toArray();
    LASTS = lasts.toArray();
    RUN_CLASSES = classes.toArray();
    PackedNumbers decomposed = new PackedNumbers(DECOMPOSED);
    for (int codePoint = 0; decomposed.hasNext(); ) {
      codePoint += decomposed.next();
      STAY_DECOMPOSED.set(codePoint);
    }
  }

  private CombiningMarks() {}

  /** The class of {@code codePoint}: marks of a lower one come first. 0 is no mark. */
  static int classOf(int codePoint) {
    if (codePoint < FIRST) {
      return 0;
    }
    int found = Arrays.binarySearch(FIRSTS, codePoint);
    int run = found >= 0 ? found : -found - 2;
    return codePoint <= LASTS[run] ? RUN_CLASSES[run] : 0;
  }

  /** Adds all marks to {@code set}. */
  static void addAll(BitSet set) {
    for (int run = 0; run < FIRSTS.length; run++) {
      set.set(FIRSTS[run], LASTS[run] + 1);
    }
  }

  /** Whether {@code codePoint}, decomposed into more than one, is not composed again. */
  static boolean staysDecomposed(int codePoint) {
    return STAY_DECOMPOSED.get(codePoint);
  }
}
