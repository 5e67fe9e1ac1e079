async ({ url, threads, lengths, tokens, prompts }) => {
  const { Wllama } = await import('/rival/index.js');
  const started = performance.now();
  const rival = new Wllama({ default: '/rival/wasm/wllama.wasm' }, { suppressNativeLog: true });
  await rival.loadModelFromUrl(url, { n_threads: threads, n_ctx: Math.max(...lengths) + tokens + 16, n_gpu_layers: 0, useCache: false });
  const load = performance.now() - started;
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
  return { load, answers, threads: rival.getNumThreads() };
}
