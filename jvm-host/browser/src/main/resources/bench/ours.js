async ({ url, threads, simd, backend, lengths, tokens, seed, constrained, profile }) => {
  const opened = performance.now();
  const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
  const started = performance.now();
  const chord = await WasmChord.load(url, { threads, simd, backend, profile, contextLength: Math.max(...lengths) + tokens + 16 });
  const load = performance.now() - started;
  const loaded = performance.now() - opened;
  const check = await chord.completions.create({ prompt: 'The quick brown fox', max_tokens: 16, temperature: 0, ignore_eos: true });
  const page = loaded + check.timings.first_token_ms;
  const answers = [];
  const profiles = [];
  for (const length of lengths) {
    let x = seed * 7919 + length;
    let digits = '';
    for (let i = 0; i < 3 * length; i++) {
      x = (x * 1103515245 + 12345) % 2147483648;
      digits += '0123456789'[(x >> 12) % 10];
    }
    const special = (await chord.tokenize('')).length;
    const ids = await chord.tokenize(digits, { addSpecial: false });
    const prompt = (await chord.detokenize(ids.slice(0, length - special))).trimStart();
    const { usage, timings } = await chord.completions.create({ prompt, max_tokens: tokens, temperature: 0, ignore_eos: true });
    const fed = usage.prompt_tokens - usage.cached_tokens;
    answers.push({
      length,
      prompt,
      promptTokens: usage.prompt_tokens,
      prefill: 1000 * fed / timings.prefill_ms,
      decode: timings.tokens_per_second,
      first: timings.first_token_ms,
    });
  }
  const asked = async (max_tokens) => { // of the GPU, for an answer to a prompt that is in the cache
    const { gpu: before } = await chord.memory();
    await chord.completions.create({ prompt: answers[0].prompt, max_tokens, temperature: 0, ignore_eos: true });
    const { gpu: after } = await chord.memory();
    return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]]));
  };
  let gpu = null;
  if (backend === 'webgpu') {
    const few = await asked(2);
    const many = await asked(2 + tokens);
    gpu = Object.fromEntries(Object.entries(many).map(([name, count]) => [name, (count - few[name]) / tokens]));
  }
  for (const { prompt } of profile ? answers : []) { // the prompt is in the cache: tokens alone are decoded
    await chord.profile();
    const started = performance.now();
    await chord.completions.create({ prompt, max_tokens: tokens, temperature: 0, ignore_eos: true });
    profiles.push({ tokenMs: (performance.now() - started) / tokens, rows: await chord.profile() });
  }
  const rates = { free: [], held: [] };
  const schema = { type: 'array', items: { type: 'string' }, minItems: 1000000 };
  const formats = { free: { type: 'text' }, held: { type: 'json_schema', json_schema: { schema } } };
  for (let run = 0; constrained && run < 4; run++) {
    for (const [kind, format] of Object.entries(formats)) {
      const options = { max_tokens: tokens, temperature: 0, ignore_eos: true, response_format: format };
      const { timings } = await chord.completions.create({ prompt: 'A list:', ...options });
      if (run > 0) { // the first warms up
        rates[kind].push(timings.tokens_per_second);
      }
    }
  }
  const starts = { free: [], held: [] };
  const person = (run) => ({ // a common schema, each time another one
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 80 + run },
      age: { type: 'integer', minimum: 0, maximum: 150 },
      born: { type: 'string', format: 'date' },
      tags: { type: 'array', items: { type: 'string' }, maxItems: 5 },
      kind: { enum: ['person', 'place', 'thing'] },
      address: {
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' }, zip: { type: 'string', pattern: '^[0-9]{5}$' } },
        required: ['street', 'city'],
        additionalProperties: false,
      },
    },
    required: ['name', 'age', 'tags', 'kind'],
    additionalProperties: false,
  });
  for (let run = 0; constrained && run < 6; run++) {
    for (const kind of Object.keys(formats)) {
      const format = kind === 'free' ? formats.free : { type: 'json_schema', json_schema: { schema: person(run) } };
      const begun = performance.now();
      await chord.completions.create({ prompt: 'A list:', max_tokens: 1, temperature: 0, response_format: format });
      if (run > 0) {
        starts[kind].push(performance.now() - begun);
      }
    }
  }
  const median = (all) => all.sort((a, b) => a - b)[all.length >> 1] ?? -1;
  const memory = await chord.memory();
  const info = chord.modelInfo();
  return { profiles, gpu, free: median(rates.free), held: median(rates.held), freeStart: median(starts.free), heldStart: median(starts.held), load, page, answers, check: check.choices[0].text, linearBytes: memory.linearBytes, backend: info.backend, threads: info.threads };
}
