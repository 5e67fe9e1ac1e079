async ({ url, keep, threads, streamed }) => {
  const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
  const options = { threads, cache: keep, contextLength: 512, kvCache: 'f16' };
  if (streamed) {
    const { plan } = await WasmChord.inspect(url, options);
    options.memoryBudget = Math.round(plan.totalBytes - plan.weightBytes / 2);
  }
  const started = performance.now();
  const chord = await WasmChord.load(url, options);
  const load = performance.now() - started;
  const ask = (n) => chord.completions.create({ prompt: 'The quick brown fox', max_tokens: n, temperature: 0, ignore_eos: true });
  const { timings, choices: [{ text }] } = await ask(8);
  const figures = { load, first: load + timings.first_token_ms, text, stored: chord.modelInfo().cache.stored, linearBytes: (await chord.memory()).linearBytes };
  if (streamed) {
    const before = (await chord.memory()).layers;
    await globalThis.forgetPages();
    await ask(2);
    const after = (await chord.memory()).layers;
    figures.bytesRead = after.bytesRead - before.bytesRead;
    figures.readMs = after.readMs - before.readMs;
  }
  await chord.dispose();
  return figures;
}
