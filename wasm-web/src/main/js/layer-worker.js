import { serve } from './threads/serve.js';
import { letMessagesIn } from './threads/let-messages-in.js';
import { DONE, FAILED, words } from './load/layers.js';
import { Ranges } from './load/ranges.js';

// The thread that reads layers into the engine's memory. Small reads that the engine waits for go before.

const STEP = 8 * 1024 * 1024;
/** @type {Array<{layer: number, slot: number}>} */
const layersAsked = [];
/** @type {Array<{offset: number, bytes: number, address: number}>} */
const readsAsked = [];
/** @type {import('./threads/messages.d.ts').LayersWork & {ranges: Ranges, places: ReturnType<typeof words>}} */
let work;
let running = false;

function tell(word, value) {
  Atomics.store(work.state, word, value);
  Atomics.notify(work.state, word);
}

async function timed(offset, address, length) {
  const start = performance.now();
  await work.ranges.read(offset, new Uint8Array(work.memory.buffer, address, length));
  Atomics.add(work.state, work.places.time, Math.round(10 * (performance.now() - start)));
}

async function urgent() {
  for (let ask; (ask = readsAsked.shift());) {
    try {
      await timed(ask.offset, ask.address, ask.bytes);
      tell(work.places.now, DONE);
    } catch {
      tell(work.places.now, FAILED);
    }
  }
}

async function bring({ layer, slot }) {
  try {
    for (const { offset, bytes, at } of work.layers[layer]) {
      for (let done = 0; done < bytes; done += STEP) {
        await timed(offset + done, work.slots[slot] + at + done, Math.min(STEP, bytes - done));
        await letMessagesIn();
        await urgent();
      }
    }
    tell(slot, DONE);
  } catch {
    tell(slot, FAILED);
  }
}

async function bringAll() {
  if (running) {
    return;
  }
  running = true;
  await urgent();
  for (let ask; (ask = layersAsked.shift());) {
    await bring(ask);
    await urgent();
  }
  running = false;
}

serve(/** @type {import('./threads/messages.d.ts').Receives<'layers'>} */ (async (data, reply) => {
  if ('open' in data) {
    try {
      const { readers, slots } = data.open;
      work = { ...data.open, ranges: await Ranges.open(readers), places: words(slots.length) };
      reply({ ready: true });
    } catch (error) {
      reply({ error: error.message });
    }
    return;
  }
  if ('layer' in data) {
    layersAsked.push(data);
  } else {
    readsAsked.push(data);
  }
  bringAll();
}));
