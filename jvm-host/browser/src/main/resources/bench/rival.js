async ({ url, threads, backend, lengths, tokens, prompts }) => {
  const onGpu = backend === 'webgpu';
  if (onGpu) {
    // Its workers count what they ask of the GPU, and tell when they are asked.
    const counting = `
      const counts = { dispatches: 0, submissions: 0, bytesRead: 0, maps: 0 };
      const wrap = (type, name, note) => {
        const inner = globalThis[type]?.prototype[name];
        if (inner) {
          globalThis[type].prototype[name] = function (...args) { note.call(this, args); return inner.apply(this, args); };
        }
      };
      wrap('GPUComputePassEncoder', 'dispatchWorkgroups', () => { counts.dispatches++; });
      wrap('GPUComputePassEncoder', 'dispatchWorkgroupsIndirect', () => { counts.dispatches++; });
      wrap('GPUQueue', 'submit', () => { counts.submissions++; });
      wrap('GPUBuffer', 'mapAsync', function ([, , size]) { counts.maps++; counts.bytesRead += size ?? this.size; });
      const channel = new BroadcastChannel('counts');
      channel.onmessage = () => channel.postMessage(counts);
    `;
    const Plain = globalThis.Worker;
    globalThis.Worker = class extends Plain {
      constructor(address, options) {
        const own = JSON.stringify(new URL(address, location.href).href);
        const load = options?.type === 'module' ? `await import(${own});` : `importScripts(${own});`;
        super(URL.createObjectURL(new Blob([counting, load], { type: 'text/javascript' })), options);
      }
    };
  }
  const channel = new BroadcastChannel('counts');
  const counted = () => new Promise((resolve) => { // of all workers together
    const sum = { dispatches: 0, submissions: 0, bytesRead: 0, maps: 0 };
    channel.onmessage = ({ data }) => Object.keys(sum).forEach((name) => { sum[name] += data[name]; });
    channel.postMessage('how many');
    setTimeout(() => resolve(sum), 500);
  });
  const opened = performance.now();
  const { Wllama } = await import('/rival/index.js');
  const started = performance.now();
  const rival = new Wllama({ default: '/rival/wasm/wllama.wasm' }, { suppressNativeLog: true });
  await rival.loadModelFromUrl(url, { n_threads: threads, n_ctx: Math.max(...lengths) + tokens + 16, n_gpu_layers: onGpu ? 999 : 0, useCache: false });
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
  let gpu = null;
  if (onGpu) {
    const asked = async (max_tokens) => {
      const before = await counted();
      await rival.createCompletion({ prompt: prompts[0], max_tokens, temperature: 0, seed: 1 });
      const after = await counted();
      return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]]));
    };
    const few = await asked(2);
    const many = await asked(2 + tokens);
    gpu = Object.fromEntries(Object.entries(many).map(([name, count]) => [name, (count - few[name]) / tokens]));
  }
  return { load, page, answers, gpu, threads: rival.getNumThreads() };
}
