import { serve } from './threads/serve.js';
import { letMessagesIn } from './threads/let-messages-in.js';
import { WasmChordError } from './errors.js';
import { StoredFile } from './storage/stored-file.js';

// The thread that owns the files of one model in storage. It writes, reads and checks while the engine's worker does other things, and
// answers requests {id, call, file, ...}. Chunks wait here for their turn, so that a request to stop goes before them.

/** @type {Map<number, StoredFile>} */
const files = new Map();
const wanted = new Map(); // number -> the address and the name of a file that may be made
/** @type {Array<import('./threads/messages.d.ts').ToStorage>} */
const chunks = []; // requests to put
let writing = null;

/** @type {Parameters<import('./threads/messages.d.ts').Receives<'storage'>>[1]} */
let reply; // to the engine's worker

/** Buffers go back to whom they came from; of shared memory there is nothing to give back. */
function answer(id, value, bytes) {
  const buffer = bytes?.buffer instanceof ArrayBuffer ? bytes.buffer : undefined;
  reply({ id, value, buffer }, buffer ? [buffer] : []);
}

function refuse(id, error) {
  const { name, message, code } = error;
  reply({ id, error: error instanceof WasmChordError ? { code, message } : { name, message } });
}

async function write() {
  for (let chunk; (chunk = chunks.shift());) {
    const { id, file, index, bytes } = chunk;
    try {
      files.get(file).put(index, bytes);
      answer(id, true, bytes);
    } catch (error) {
      refuse(id, error);
    }
    await letMessagesIn();
  }
  writing = null;
}

/** Forgets the chunks that wait, of one file or of all. */
function drop(file) {
  const waiting = chunks.splice(0);
  for (const chunk of waiting) {
    if (file === undefined || chunk.file === file) {
      answer(chunk.id, null, chunk.bytes);
    } else {
      chunks.push(chunk);
    }
  }
}

/** @type {Record<string, (request: import('./threads/messages.d.ts').ToStorage) => unknown>} */
const calls = {
  async open({ file, url, name }) {
    const stored = await StoredFile.open(url, name, false);
    wanted.set(file, { url, name });
    if (!stored) {
      return null;
    }
    files.set(file, stored);
    return { entry: stored.entry, room: stored.room };
  },

  async make({ file, said }) {
    const { url, name } = wanted.get(file);
    const stored = await StoredFile.open(url, name, true);
    files.set(file, stored);
    if (stored.entry.chunks.size > 0) {
      stored.reset(); // another page kept the model since, perhaps another version of it
    }
    stored.describe(said);
  },

  drop: () => drop(),

  describe: ({ file, said }) => files.get(file).describe(said),

  reserve: ({ file }) => files.get(file).reserve(),

  reset({ file }) {
    drop(file);
    files.get(file).reset();
  },

  async settle({ file, verified }) {
    await writing;
    await files.get(file).settle(verified);
  },

  async close({ file }) {
    await writing;
    await files.get(file)?.close();
  },
};

serve(/** @type {import('./threads/messages.d.ts').Receives<'storage'>} */ (async (data, replyTo) => {
  reply = replyTo;
  const { id, call, file, index, bytes } = data;
  if (call === 'put') {
    chunks.push(data);
    writing ??= write();
    return;
  }
  try {
    if (call === 'read') {
      answer(id, await files.get(file).read(index, bytes), bytes);
    } else {
      answer(id, await calls[call](data));
    }
  } catch (error) {
    refuse(id, error);
  }
}));
