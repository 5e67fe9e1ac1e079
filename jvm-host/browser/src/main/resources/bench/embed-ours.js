async ({ url, threads, simd, short, long, count, rounds }) => {
  const { WasmChord } = await import('/wasm-chord/wasm-chord.js');
  const chord = await WasmChord.load(url, { threads, simd, contextLength: 4 * long });
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const special = (await chord.tokenize('')).length;
  let x = 42;
  const text = (length) => {
    let words = '';
    for (let i = special; i < length; i++) {
      x = (x * 1103515245 + 12345) % 2147483648;
      words += ' ' + letters[(x >> 12) % 26];
    }
    return words.trim();
  };
  const texts = (length) => Array.from({ length: count }, () => text(length));
  const shorts = texts(short);
  const longs = texts(long);
  const tokens = {};
  const embed = async (input) => {
    const { data, usage } = await chord.embeddings.create({ input });
    tokens[input.length] = usage.prompt_tokens;
    return data.map(({ embedding }) => Array.from(embedding));
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
  return { shorts, longs, figures, check, tokens: tokens[count], backend: chord.modelInfo().backend };
}
