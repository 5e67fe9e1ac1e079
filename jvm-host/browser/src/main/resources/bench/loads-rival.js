async ({ url, keep, threads }) => {
  const { Wllama } = await import('/rival/index.js');
  const started = performance.now();
  const rival = new Wllama({ default: '/rival/wasm/wllama.wasm' }, { suppressNativeLog: true });
  await rival.loadModelFromUrl(url, { n_threads: threads, n_ctx: 512, n_gpu_layers: 0, useCache: keep });
  const load = performance.now() - started;
  const { timings } = await rival.createCompletion({ prompt: 'The quick brown fox', max_tokens: 1, temperature: 0, seed: 1 });
  await rival.exit();
  return { load, first: load + timings.prompt_ms };
}
