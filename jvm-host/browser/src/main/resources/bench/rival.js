async ({ url, threads, lengths, tokens, prompts }) => {
  const opened = performance.now();
  const { Wllama } = await import('/rival/index.js');
  const started = performance.now();
  const rival = new Wllama({ default: '/rival/wasm/wllama.wasm' }, { suppressNativeLog: true });
  await rival.loadModelFromUrl(url, { n_threads: threads, n_ctx: Math.max(...lengths) + tokens + 16, n_gpu_layers: 0, useCache: false });
  const load = performance.now() - started;
  await rival.createCompletion({ prompt: 'The quick brown fox', max_tokens: 1, temperature: 0, seed: 1 });
  const page = performance.now() - opened;
  const answers = [];
  for (let i = 0; i < lengths.length; i++) {
    const { timings } = await rival.createCompletion({ prompt: prompts[i], max_tokens: tokens, temperature: 0, seed: 1 });
    answers.push({
      length: lengths[i],
      promptTokens: timings.prompt_n + (timings.cache_n ?? 0),
      prefill: timings.prompt_per_second,
      decode: timings.predicted_per_second,
      first: timings.prompt_ms,
    });
  }
  return { load, page, answers, threads: rival.getNumThreads() };
}
