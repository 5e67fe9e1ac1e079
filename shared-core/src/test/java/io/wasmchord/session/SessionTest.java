package io.wasmchord.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.wasmchord.backend.KvType;
import io.wasmchord.errors.CancelledException;
import io.wasmchord.errors.GenerationException;
import io.wasmchord.errors.InvalidRequestException;
import io.wasmchord.errors.UnsupportedCacheException;
import io.wasmchord.host.Clock;
import io.wasmchord.host.RunControl;
import io.wasmchord.sampling.LogitBias;
import io.wasmchord.sampling.SamplerOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions with a model that always counts on: after token t comes t + 1. Token 0 ends. */
class SessionTest {
  private static final int CONTEXT = 40;
  private final CountingModel model = new CountingModel();
  private final List<Integer> fed = model.fed();
  private final Session session =
      new Session(model, new OneByteTokenizer(), CONTEXT, Clock.system());
  private final StringBuilder streamed = new StringBuilder();

  private GenerationResult generate(String prompt, int most, String... stops) {
    fed.clear();
    streamed.setLength(0);
    return session.generate(
        prompt.chars().toArray(),
        new GenerationOptions(most, List.of(stops), SamplerOptions.greedy()),
        text -> {
          streamed.append(text);
          return true;
        },
        RunControl.NONE);
  }

  @Test
  void feedsThePromptInBatchesAndStopsAtTheLimit() {
    GenerationResult r = generate("ABCDEF", 3);
    assertEquals("GHI", r.text());
    assertEquals(FinishReason.LENGTH, r.finish());
    assertArrayEquals(new int[] {'G', 'H', 'I'}, r.tokens());
    assertEquals(List.of(65, 66, 67, 68, 69, 70, 71, 72), fed);
    assertEquals("GHI", streamed.toString());
    assertTrue(r.firstTokenNanos() >= r.prefillNanos() && r.prefillNanos() > 0);
  }

  @Test
  void whatTheCacheHoldsIsNotFedAgain() {
    generate("ABC", 2);
    GenerationResult r = generate("ABCDEFG", 1);
    assertEquals(4, r.cachedTokens()); // A B C D were fed; E was only chosen
    assertEquals(List.of(69, 70, 71), fed);
    assertEquals(2, generate("ABxyz", 1).cachedTokens());
    generate("ABxyz", 1);
    assertEquals(List.of((int) 'z'), fed); // the last token's logits are needed again
  }

  @Test
  void noAnswerHasWhatTheFileSuppresses() {
    Session careful =
        new Session(model, new OneByteTokenizer(List.of(0, (int) 'C')), CONTEXT, Clock.system());
    GenerationResult r =
        careful.generate(
            new int[] {'A'},
            new GenerationOptions(3, List.of(), SamplerOptions.greedy()),
            text -> true,
            RunControl.NONE);
    assertArrayEquals(new int[] {'B', 1, 2}, r.tokens()); // the best of the others
  }

  @Test
  void endsAtTheEndToken() {
    GenerationResult r = generate(String.valueOf((char) 125), 10);
    assertEquals("~\u007F", r.text().substring(0, 2));
    GenerationResult end = generate(String.valueOf((char) 254), 10);
    assertEquals(FinishReason.STOP, end.finish());
    assertEquals(1, end.tokens().length); // 255, then 0 ends
  }

  @Test
  void anAnswerDoesNotEndBeforeItsLeast() {
    for (int least : new int[] {0, 1, 2, 4}) {
      GenerationResult r =
          session.generate(
              new int[] {254},
              new GenerationOptions(10, List.of(), SamplerOptions.greedy()).withMinTokens(least),
              text -> true,
              RunControl.NONE);
      assertTrue(r.tokens().length >= Math.max(1, least), r.tokens().length + " of " + least);
    }
    assertThrows(
        InvalidRequestException.class,
        () -> new GenerationOptions(3, List.of(), SamplerOptions.greedy()).withMinTokens(4));
  }

  @Test
  void textsInOptionsAreTokensOfTheModel() {
    SamplerOptions biased =
        SamplerOptions.greedy().withBias(List.of(new LogitBias.OfText("z", 1000f)));
    GenerationResult r =
        session.generate(
            new int[] {'A'},
            new GenerationOptions(2, List.of(), biased),
            text -> true,
            RunControl.NONE);
    assertEquals("zz", r.text());
  }

  @Test
  void stopTextsSpanTokensAndAreNeverShown() {
    GenerationResult r = generate("A", 20, "EFG");
    assertEquals("BCD", r.text());
    assertEquals("BCD", streamed.toString());
    assertEquals(FinishReason.STOP, r.finish());
    assertEquals("BCDEF", generate("A", 5, "EFxx").text()); // what was held back comes at the end
  }

  @Test
  void halfCharactersAreHeldBack() {
    byte[] euro = "€".getBytes(StandardCharsets.UTF_8); // E2 82 AC; the model counts E2 E3
    assertEquals(3, euro.length);
    GenerationResult r = generate(String.valueOf((char) 0xC2), 2);
    assertEquals("\uFFFD\uFFFD", r.text());
  }

  @Test
  void theListenerCanStop() {
    GenerationResult r =
        session.generate(
            new int[] {'A'},
            new GenerationOptions(20, List.of(), SamplerOptions.greedy()),
            text -> !text.equals("C"),
            RunControl.NONE);
    assertEquals(FinishReason.LISTENER, r.finish());
    assertEquals("BC", r.text());
  }

  private GenerationResult marked(Set<Integer> ends, Set<Integer> marks, String... stops) {
    streamed.setLength(0);
    return session.generate(
        new int[] {'A'},
        new GenerationOptions(6, List.of(stops), SamplerOptions.greedy(), false, ends, marks),
        new TokenListener() {
          @Override
          public boolean onText(String text) {
            streamed.append(text);
            return true;
          }

          @Override
          public boolean onMark(int id) {
            streamed.append('(').append(id).append(')');
            return id != 'F';
          }
        },
        RunControl.NONE);
  }

  @Test
  void marksAreReportedInTheirPlaceAndGiveNoText() {
    GenerationResult r = marked(Set.of(), Set.of((int) 'D'), "CDx");
    assertEquals("BC(68)EFG", streamed.toString());
    assertEquals("BCEFG", r.text());
    assertEquals(6, r.tokens().length);
    assertEquals(FinishReason.LISTENER, marked(Set.of(), Set.of((int) 'F')).finish());
  }

  @Test
  void furtherTokensEndAnAnswer() {
    GenerationResult r = marked(Set.of((int) 'E'), Set.of());
    assertEquals("BCD", r.text());
    assertEquals(FinishReason.STOP, r.finish());
    assertArrayEquals(new int[] {'B', 'C', 'D'}, r.tokens());
  }

  @Test
  void theContextIsALimit() {
    GenerationResult r = generate("A".repeat(CONTEXT - 2), 20);
    assertEquals(FinishReason.LENGTH, r.finish());
    assertEquals(2, r.tokens().length);
    assertEquals(FinishReason.LENGTH, generate("A", 0).finish());
  }

  @Test
  void cancellingLeavesTheSessionUsable() {
    RunControl now =
        new RunControl() {
          @Override
          public boolean cancelled() {
            return fed.size() >= 8;
          }
        };
    assertThrows(
        CancelledException.class,
        () ->
            session.generate(
                "ABCDEFGHIJKL".chars().toArray(),
                new GenerationOptions(5, List.of(), SamplerOptions.greedy()),
                text -> true,
                now));
    assertEquals("MN", generate("ABCDEFGHIJKL", 2).text());
    assertEquals(List.of(73, 74, 75, 76, 77), fed);
  }

  @Test
  void brokenLogitsSayWhereAndLeaveTheSessionUsable() {
    model.broken(true);
    GenerationException e = assertThrows(GenerationException.class, () -> generate("ABC", 2));
    assertTrue(e.getMessage().contains("position 3"), e.getMessage());
    model.broken(false);
    assertEquals("DE", generate("ABC", 2).text());
  }

  @Test
  void minusOneIsNoLimit() {
    String all = generate("ABC", GenerationOptions.NO_LIMIT).text();
    assertEquals(all, generate("ABC", -1).text());
    assertEquals(CONTEXT - 3, all.length());
  }

  @Test
  void impossibleRequestsAreRefused() {
    assertThrows(InvalidRequestException.class, () -> generate("", 1));
    assertThrows(InvalidRequestException.class, () -> generate("A".repeat(CONTEXT + 1), 1));
    assertThrows(InvalidRequestException.class, () -> generate("\u0400", 1));
    assertThrows(InvalidRequestException.class, () -> generate("A", -2));
    assertThrows(InvalidRequestException.class, () -> generate("A", 1, ""));
    assertThrows(
        InvalidRequestException.class,
        () -> new Session(new CountingModel(), new OneByteTokenizer(), 101, Clock.system()));
  }

  @Test
  void theCacheIsOfTheTypeThatWasAskedFor() {
    long full = session.cacheBytes();
    Session halves =
        new Session(
            new CountingModel(), new OneByteTokenizer(), CONTEXT, KvType.F16, Clock.system());
    assertEquals(full / 2, halves.cacheBytes());
    assertThrows(
        UnsupportedCacheException.class,
        () ->
            new Session(
                new CountingModel(), new OneByteTokenizer(), CONTEXT, KvType.Q8_0, Clock.system()));
  }
}
