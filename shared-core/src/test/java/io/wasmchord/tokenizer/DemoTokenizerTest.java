package io.wasmchord.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wasmchord.DemoModel;
import io.wasmchord.ReferenceData;
import io.wasmchord.gguf.GgufReader;
import io.wasmchord.weights.HeapWeights;
import org.junit.jupiter.api.Test;

/** The shipped model's tokenizer, with the control tokens of its prompts. */
class DemoTokenizerTest {
  private static Tokenizer tokenizer() {
    HeapWeights file = DemoModel.file();
    return Tokenizers.of(GgufReader.parse(file.bytes(), file.size(), file.name()).metadata());
  }

  @Test
  void promptsHaveTheIdsOfLlamaCpp() {
    Tokenizer tokenizer = tokenizer();
    for (JsonNode c : DemoModel.cases()) {
      String prompt = c.get("prompt").textValue();
      int[] ids = ReferenceData.ints(c.get("prompt_ids"));
      assertArrayEquals(ids, tokenizer.encode(prompt, true, true), prompt);
      assertEquals(prompt, tokenizer.decode(ids, true));
    }
  }

  @Test
  void aTurnsEndEndsAnAnswer() {
    Tokenizer tokenizer = tokenizer();
    assertTrue(tokenizer.isEndOfGeneration(tokenizer.idOf("<|im_end|>")));
  }
}
