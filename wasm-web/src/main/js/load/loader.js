import { BlobSplit } from './blob-split.js';
import { WasmChordError } from '../errors.js';
import { HttpSplit } from './http-split.js';
import { LayerReader } from './layers.js';
import { Meter } from './meter.js';
import { Placement } from './placement.js';
import { Ranges } from './ranges.js';
import { RETRY } from '../fetch/retry.js';
import { filesOf, laterFiles } from '../sources/sources.js';
import { StorageThread } from '../storage/storage.js';
import { loadWhole, wholeFile } from './whole-file.js';

const FIRST = 512 * 1024; // holds the header of many models
const LATER = 64 * 1024; // and this, those of the splits behind the first
const AT_ONCE = 4; // splits whose headers are asked for at the same time
const GROWTH = 4;
const STEP = 8 * 1024 * 1024; // of what is read once more
const JOINED = 4096; // bytes behind a split's last tensor that are no padding
const MAX_HEADER = 128 * 1024 * 1024; // as HeaderCursor.MOST_BYTES

/** Brings what lies in buffers of the GPU once more. */
async function refill(engine, segments, readers) {
  const ranges = await Ranges.open(readers);
  const placement = new Placement(engine, segments.filter(({ buffer }) => buffer));
  for (const { from, to } of segments.filter(({ buffer }) => buffer)) {
    for (let at = from; at < to; at += STEP) {
      const bytes = new Uint8Array(Math.min(STEP, to - at));
      await ranges.read(at, bytes);
      placement.write(bytes, at);
    }
  }
  ranges.close();
}

/** Brings a model into the engine's memory: the headers first, so that a model that cannot run is refused before it is fetched. */
export class Loader {
  #opened;
  #options;
  #signal;
  #splits = [];
  #named = null; // how many splits the address names, of which the first is there
  #ends = [];
  #thread = null;
  #draft = null; // the split of a draft model
  #gpuShare = { gpu: null, layers: 0 }; // of the model's layers
  /** Why the GPU computes otherwise than it was asked to, or not at all; or null. */
  gpuNote = null;

  /**
   * Asks for the headers at once; the engine may take its time to start.
   *
   * @param {object} options of WasmChord.load
   * @param {{progress: (progress: object) => void, notice: (message: string) => void, consent: (question: object) => Promise<number>}} page how the caller is told and asked
   */
  constructor(options, page, signal) {
    this.#options = options;
    this.page = page;
    this.#signal = signal;
    this.#opened = this.#open();
    this.#opened.catch(() => {}); // reported by whoever waits for it
  }

  async #open() {
    const { source, headers, base, cache = true } = this.#options;
    const files = await filesOf(source, headers, base);
    this.#thread = cache ? new StorageThread(this.#signal) : null;
    this.#splits = files.map((file, i) => file instanceof Blob ? new BlobSplit(file) : this.#remote(file, i));
    this.#named = files[0].split ? files[0] : null;
    if (this.#options.draft) {
      this.#draft = await this.#draftFile(base);
    }
    await Promise.all([this.#splits[0], this.#draft].map((split) => split?.open(FIRST, this.#signal)));
  }

  #draftFile(base) {
    const { draft, retry } = this.#options;
    return wholeFile({ ...draft, base, retry }, { what: 'the draft model', storage: this.#thread, notice: this.page.notice, waiting: this.#waiting });
  }

  #waiting = (message) => this.page.progress({ phase: 'waiting', loaded: 0, total: null, bytesPerSecond: 0, secondsLeft: null, message });

  #remote(file, index) {
    return new HttpSplit(file, {
      storage: this.#thread,
      sha256: [this.#options.sha256 ?? []].flat()[index],
      retry: { ...RETRY, ...this.#options.retry },
      notice: this.page.notice,
      waiting: this.#waiting,
      full: (reason) => this.#full(reason),
    });
  }

  /** Storage ran out of room in the middle. */
  #full(reason) {
    if (this.plan?.mode === 'streamed') {
      throw new WasmChordError('quota_exceeded', `the model does not fit the browser's storage: ${reason}; delete other models, or load one that fits into memory`);
    }
    this.page.notice(`The model is not kept for the next visit: ${reason}.`);
  }

  /** What the header says and how the model will lie in memory; nothing else is fetched. */
  async inspect(engine) {
    this.engine = engine;
    await this.#openGpu(engine);
    await this.#opened;
    await this.#headers();
    if (this.#draft) {
      const { splits } = await this.#header(this.#draft, FIRST); // refuses a model with other tokens, before more is fetched
      if (splits > 1) {
        throw new WasmChordError('invalid_request', `${this.#draft.name} is part of a model in ${splits} files, and the draft model is one file; merge them with llama-gguf-split --merge`);
      }
    }
    return engine.plan(this.#options);
  }

  /** Opens the GPU where it is asked for, or may be the faster. */
  async #openGpu(engine) {
    if (this.#options.backend === 'webgpu') {
      const reason = await engine.openGpu(this.#options.gpu);
      if (reason) {
        throw new WasmChordError('unsupported_browser', `${reason}; load the model with backend: 'auto'`);
      }
    }
  }

  /** What the referee lets the GPU do: kernels that give other bits are not used, nor a GPU that has no others. */
  async #referee(engine, info) {
    if (!info.plan.gpu) {
      return info;
    }
    const { kernels, differing } = await engine.ask('referee');
    if (kernels === 'FUSED') {
      return info;
    }
    const found = `the GPU ${engine.gpu.name}, or its driver, gives other results than the CPU for ${differing}`;
    if (kernels) {
      this.gpuNote = `The model runs on kernels of one command each, slower than those for several: ${found}; please report it with the GPU's name.`;
      return info;
    }
    this.gpuNote = `The model runs on the CPU: ${found}; please report it with the GPU's name.`;
    engine.closeGpu();
    return engine.plan(this.#options);
  }

  #startKernels(engine) {
    const { backend, simd, threads, profile } = this.#options;
    const { gpu, layers } = this.#gpuShare;
    return gpu && gpu.layers === layers ? null : engine.startKernels(backend === 'scalar' ? 'none' : simd, threads, profile);
  }

  /** Loads; answers with what the engine says of the model. */
  async run(engine) {
    const info = await this.#referee(engine, await this.inspect(engine));
    const { plan } = info;
    this.plan = plan;
    this.#gpuShare = { gpu: plan.gpu, layers: info.layers };
    this.page.progress({ phase: 'plan', loaded: 0, total: info.fileBytes, bytesPerSecond: 0, secondsLeft: null, info });
    this.#splits.forEach((split, i) => split.describe?.(this.#ends[i]));
    await this.#room();
    await Promise.all(this.#splits.map((split) => split.reserve?.()));
    const { segments, slots, layers, draft } = engine.value('place');
    await engine.gpu?.checkMemory();
    const placement = new Placement(engine, segments);
    await Promise.all([this.#data(placement), this.#startKernels(engine)]); // requests are under way while kernels are emitted
    await this.#loadDraft(draft);
    await this.#finish(); // what is kept: from places that are interleaved when they are first used, and one worker at a time may open a file to write
    if (plan.mode === 'streamed') {
      engine.layers = await LayerReader.start(engine, { readers: await this.#readers(), slots, layers, name: this.#splits[0].name });
    }
    this.#report('load', 0);
    if (engine.gpu) {
      const readers = await this.#readers();
      engine.refill = () => refill(engine, segments, readers);
    }
    const loaded = await engine.ask('load');
    this.#report('load', 1);
    return { ...loaded, gpu: this.#gpuInfo(engine), gpuNote: this.gpuNote, cache: this.#cache() };
  }

  /** The GPU in use; the referee has compared its kernels with plain code. */
  #gpuInfo({ gpu }) {
    return gpu && { name: gpu.name, software: gpu.software, exact: true, layers: this.plan.gpu.layers };
  }

  get #files() {
    return [...this.#splits, ...(this.#draft ? [this.#draft] : [])];
  }

  async #loadDraft(place) {
    if (this.#draft) {
      const meter = new Meter(this.page.progress, place.bytes);
      await loadWhole(this.#draft, this.engine, { address: place.address, size: place.bytes }, (count) => meter.add(count), this.#signal);
      meter.send();
    }
  }

  #report(phase, loaded) {
    this.page.progress({ phase, loaded, total: 1, bytesPerSecond: 0, secondsLeft: loaded ? 0 : null });
  }

  async #headers() {
    const { splits: count, end } = await this.#header(this.#splits[0], FIRST);
    this.#ends[0] = end;
    const [first] = this.#splits;
    if (count > 1 && this.#splits.length === 1 && first.size - this.#ends[0] >= JOINED) {
      throw new WasmChordError('invalid_request',
          `${first.name} begins with the first of ${count} files of a split model, and more than that file follows: they seem to be joined, which makes no model of them; load the files as they were, all of them in order, or merge them with llama-gguf-split --merge`);
    }
    this.#addSplits(count);
    if (count !== this.#splits.length) {
      throw new WasmChordError('invalid_request',
          `${this.#splits[0].name} is part of a model in ${count} files, but ${this.#splits.length === 1 ? 'only this one is' : `${this.#splits.length} are`} named; name all of them in order, or the address of the first with its own name (-00001-of-${String(count).padStart(5, '0')}.gguf)`);
    }
    const digests = [this.#options.sha256 ?? []].flat().length;
    if (digests > 0 && digests !== count) {
      throw new WasmChordError('invalid_request', `${this.#splits[0].name} is a model in ${count} files, and sha256 names ${digests} digests; give one for each file, in order`);
    }
    for (let i = 1; i < count; i += AT_ONCE) {
      const some = this.#splits.slice(i, i + AT_ONCE);
      await Promise.all(some.map((split) => split.open(LATER, this.#signal)));
      for (const [j, split] of some.entries()) {
        this.#ends[i + j] = (await this.#header(split, LATER)).end; // refuses what is no part of this model, before more is asked for
      }
    }
  }

  /** Adds the splits behind the first, of which an address names one, when the header agrees with the name. */
  #addSplits(count) {
    const split = this.#named?.split;
    if (!split || (count === 1 && split.number === 1)) {
      return; // or the file is whole, whatever its name says
    }
    if (count !== split.count) {
      throw new WasmChordError('invalid_request',
          `${this.#splits[0].name}: the name says that the model is in ${split.count} files, its header says ${count}; name the files as they were when the model was split, or all of them in a list`);
    }
    this.#splits.push(...laterFiles(this.#named).map((file, i) => this.#remote(file, i + 1)));
  }

  async #header(split, first) {
    const { engine } = this;
    for (let length = first; ; length *= GROWTH) {
      this.#signal.throwIfAborted();
      const bytes = await split.head(length, this.#signal);
      this.page.progress({ phase: 'header', loaded: bytes.length, total: split.size, bytesPerSecond: 0, secondsLeft: null });
      const address = engine.value('headerBuffer', bytes.length);
      engine.bytes(address, bytes.length).set(bytes);
      const header = engine.value('parseHeader', split.size ?? -1, split.name, this.#options.normalization !== 'none');
      if (header.complete) {
        this.#checkSize(split, header);
        return header;
      }
      if (bytes.length < length || length > MAX_HEADER) {
        throw new WasmChordError('truncated', `${split.name} ends inside its header, after ${bytes.length} bytes; download it again`);
      }
    }
  }

  #checkSize(split, { end, splits }) {
    if (split.size === null && splits > 1) {
      throw new WasmChordError('http_error', `the server does not say how large ${split.name} is, which is needed for a model in several files; use another address`);
    }
    if (split.size !== null && split.size < end) {
      throw new WasmChordError('truncated', `${split.name} has ${split.size} bytes, but its tensors need ${end}; download it again`);
    }
  }

  /** Sees to it that there is room in storage, with the caller's consent to remove other models. */
  async #room() {
    const missing = this.#splits.reduce((sum, split) => sum + (split.lacking ?? 0), 0);
    if (missing === 0) {
      return;
    }
    const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
    this.page.progress({ phase: 'storage', loaded: usage, total: quota, needed: missing, bytesPerSecond: 0, secondsLeft: null });
    if (missing <= quota - usage) {
      return;
    }
    const urls = this.#splits.map((split) => split.url);
    const freed = await this.page.consent({ needed: missing, available: Math.max(0, quota - usage), except: urls });
    if (freed + quota - usage < missing) {
      const reason = `it needs ${missing} bytes and the browser grants ${Math.max(0, quota - usage)}`;
      this.#full(reason);
      await Promise.all(this.#splits.map((split) => split.keepNothing?.(reason)));
    }
  }

  async #data(placement) {
    const sizes = this.#splits.map((split, i) => split.size ?? this.#ends[i]);
    const meter = new Meter(this.page.progress, sizes.reduce((a, b) => a + b));
    meter.phase = this.#splits.every((split, i) => split.missing?.(this.#ends[i]) === 0) ? 'verify' : 'download';
    let base = 0;
    for (const [i, split] of this.#splits.entries()) {
      const sink = placement.split(base);
      const moved = (bytes) => {
        this.#signal.throwIfAborted();
        meter.add(bytes);
      };
      await split.load(this.#ends[i], { ...sink, moved }, this.#signal);
      base += sizes[i];
    }
    meter.send();
  }

  async #readers() {
    let base = 0;
    const readers = [];
    for (const [i, split] of this.#splits.entries()) {
      const reader = { ...await split.reader(), base, size: split.size ?? this.#ends[i] };
      base += reader.size;
      readers.push(reader);
    }
    return readers;
  }

  #cache() {
    const stored = this.#splits.every((split) => split.stored);
    return {
      stored,
      reason: stored ? null : this.#splits.find((split) => !split.stored).reason ?? 'only what comes from an address is copied',
      sha256: this.#splits.every((split) => split.checked) ? this.#splits.map((split) => split.checked) : null,
    };
  }

  /** Waits until what arrived is kept, and closes the files in storage. */
  async #finish() {
    await Promise.all(this.#files.map((split) => split.finish?.()));
    this.#signal.throwIfAborted();
    await this.close();
  }

  /** Closes the files in storage; an interrupted load can go on where it stopped. */
  async close() {
    await this.#opened.catch(() => {});
    await Promise.all(this.#files.map((split) => split.close()));
    this.#thread?.stop();
  }
}
