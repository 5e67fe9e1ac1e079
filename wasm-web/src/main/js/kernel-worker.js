import { kernelsOf } from './threads/kernels.js';
import { serve } from './threads/serve.js';

// A thread that runs kernels and nothing else: it sleeps in WebAssembly until there is a list of commands.
serve(/** @type {import('./threads/messages.d.ts').Receives<'kernels'>} */ (async ({ module, memory, places, thread }, reply) => {
  const exports = await kernelsOf(module, memory);
  reply('ready');
  try {
    exports.work(places.control, thread);
  } catch {
    const words = new Int32Array(memory.buffer);
    Atomics.store(words, (places.control + places.failed) >> 2, 1);
    Atomics.notify(words, (places.control + places.generation) >> 2);
  }
}));
