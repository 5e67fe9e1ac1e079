async ({ url, threads, long, count, rounds, shorts, longs }) => {
  const { Wllama } = await import('/rival/index.js');
  const rival = new Wllama({ default: '/rival/wasm/wllama.wasm' }, { suppressNativeLog: true });
  await rival.loadModelFromUrl(url, {
    n_threads: threads,
    n_ctx: 4 * long,
    n_batch: 4 * long,
    n_ubatch: 4 * long,
    n_gpu_layers: 0,
    embeddings: true,
    useCache: false,
  });
  let tokens = 0;
  const embed = async (input) => {
    const { data, usage } = await rival.createEmbedding({ input });
    tokens = usage.prompt_tokens;
    return data.map(({ embedding }) => embedding);
  };
  const alone = async (all) => {
    const vectors = [];
    for (const one of all) {
      vectors.push(...(await embed([one])));
    }
    return vectors;
  };
  const figures = [];
  let check;
  for (const work of [() => alone(shorts), () => alone(longs), () => embed(longs)]) {
    check = await work();
    const times = [];
    for (let i = 0; i < rounds; i++) {
      const started = performance.now();
      await work();
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    figures.push((1000 * count) / times[times.length >> 1]);
  }
  return { figures, check, tokens };
}
