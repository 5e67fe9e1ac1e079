import { WasmChord } from '../wasm-chord/wasm-chord.js';
import { $ } from './dom.js';
import { bytes, count, seconds } from './format.js';
import { StoredModels } from './stored.js';

const PHASES = {
  engine: 'Starting the engine',
  header: 'Reading the header',
  download: 'Downloading',
  verify: 'Checking what is stored',
  waiting: 'Trying again',
  load: 'Preparing',
};

/** What computes. */
function where({ backend, gpu, layers, threads }) {
  const kernels = `${backend} kernels on ${threads === 1 ? 'one thread' : `${threads} threads`}`;
  return gpu ? `${gpu.layers === layers ? 'all layers' : `${gpu.layers} of ${layers} layers`} on the GPU, ${gpu.name}` : kernels;
}

/** One line on whether a model fits, from its header alone. */
function fitLine({ plan }) {
  const { weightBytes, kvCacheBytes, scratchBytes, grantedBytes, contextLength, memories } = plan;
  const needs = `needs ${bytes(weightBytes + kvCacheBytes + scratchBytes)} (weights ${bytes(weightBytes)}, KV cache ${bytes(kvCacheBytes)} for ${contextLength} tokens), about ${bytes(grantedBytes)} are granted`;
  return plan.mode === 'streamed' ? `Does not fit: ${needs}. It runs slowly: its layers pass through ${bytes(plan.totalBytes)} of memory.`
      : `Fits: ${needs}${memories > 1 ? `, in ${memories} memories` : ''}.`;
}

/**
 * Loads models and shows how far that is. The model before is freed when the next one's header says that it can run here, since there may
 * not be room for both; a file that is no such model leaves it in place.
 */
export class ModelPanel {
  #abort = null;
  current = null;

  constructor({ onReady, onError, onBusy }) {
    this.onReady = onReady;
    this.onError = onError;
    this.onBusy = onBusy;
    $('cancel-load').addEventListener('click', () => this.#abort?.abort());
    this.stored = new StoredModels((url, name) => this.load(url, name));
    $('load-url').addEventListener('click', () => this.#fromAddress());
    $('check-url').addEventListener('click', () => this.#check());
    $('model-url').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.#fromAddress();
      }
    });
    $('file-input').addEventListener('change', () => {
      this.#fromFiles($('file-input').files);
      $('file-input').value = '';
    });
    this.#acceptDrops();
  }

  #fromAddress() {
    const address = $('model-url').value.trim();
    if (address) {
      this.load(address, address);
    }
  }

  /** One file, or the parts of a split model in the order of their names. */
  #fromFiles(list) {
    const files = [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (files.length > 0) {
      this.load(files.length === 1 ? files[0] : files, files[0].name);
    }
  }

  /** What the caller chose of the memory's use. */
  get #options() {
    const length = Number($('context-length').value);
    return { kvCache: $('kv-cache').value, backend: $('backend').value, ...(length > 0 ? { contextLength: length } : {}) };
  }

  async #check() {
    const address = $('model-url').value.trim();
    if (!address) {
      return;
    }
    $('fit').textContent = 'Reading the header…';
    try {
      const info = await WasmChord.inspect(address, this.#options);
      $('fit').textContent = `${info.name}: ${info.architecture}, ${count(info.parameters)} parameters. ${info.kind === 'embedding' ? 'It gives vectors and cannot chat. ' : ''}${fitLine(info)}`;
    } catch (error) {
      $('fit').textContent = error.message;
    }
  }

  #acceptDrops() {
    const files = (event) => [...event.dataTransfer.types].includes('Files');
    addEventListener('dragover', (event) => {
      if (files(event)) {
        event.preventDefault();
        $('drop').hidden = false;
      }
    });
    addEventListener('dragleave', (event) => {
      if (!event.relatedTarget) {
        $('drop').hidden = true;
      }
    });
    addEventListener('drop', (event) => {
      if (files(event)) {
        event.preventDefault();
        $('drop').hidden = true;
        this.#fromFiles(event.dataTransfer.files);
      }
    });
  }

  async load(source, label) {
    $('settings').close();
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.onBusy(label);
    $('progress').hidden = false;
    $('progress-note').hidden = true;
    try {
      const model = await WasmChord.load(source, {
        ...this.#options,
        signal: abort.signal,
        onProgress: (p) => {
          if (p.phase === 'plan' && this.#abort === abort) {
            this.#free(); // the file is a model that can run here: make room for it
          }
          this.#show(p);
        },
        onCacheFull: ({ needed, models }) => confirm(`This model needs ${bytes(needed)} of storage. Remove ${models.map((m) => m.name).join(', ')}?`),
      });
      if (abort.signal.aborted) {
        await model.dispose();
        return;
      }
      this.#free();
      this.current = model;
      this.#describe(model.modelInfo());
      this.onReady(model);
    } catch (error) {
      if (this.#abort === abort) {
        this.onError(error);
      }
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
        $('progress').hidden = true;
      }
    }
  }

  #free() {
    this.current?.dispose();
    this.current = null;
    $('model-name').textContent = '';
  }

  #note(text) {
    $('progress-note').textContent = text;
    $('progress-note').hidden = false;
  }

  #show({ phase, loaded, total, bytesPerSecond, secondsLeft, message, info }) {
    if (phase === 'plan') {
      $('fit').textContent = fitLine(info);
      this.#note(`${info.name}: ${fitLine(info)}`);
      return;
    }
    if (phase === 'notice') {
      this.#note(message);
      return;
    }
    if (phase === 'storage') {
      return;
    }
    const parts = [PHASES[phase] ?? phase];
    if (phase === 'download' || phase === 'verify') {
      parts.push(total ? `${bytes(loaded)} of ${bytes(total)}` : bytes(loaded));
      if (bytesPerSecond > 0) {
        parts.push(`${bytes(bytesPerSecond)}/s`);
      }
      if (secondsLeft !== null) {
        parts.push(`${seconds(secondsLeft)} left`);
      }
    }
    if (phase === 'waiting') {
      parts.push(message);
    }
    $('progress-text').textContent = parts.join(' · ');
    if ((phase === 'download' || phase === 'verify') && total) {
      $('progress-bar').value = loaded / total;
    } else {
      $('progress-bar').removeAttribute('value');
    }
  }

  #describe(info) {
    $('model-name').textContent = `${info.name} · ${count(info.parameters)} parameters`;
    const types = Object.entries(info.tensorTypes).map(([type, n]) => `${type} ×${n}`).join(', ');
    $('model-info').textContent = `${info.name}: ${info.architecture}, ${count(info.parameters)} parameters, ${bytes(info.fileBytes)}, context ${info.contextLength} of ${info.trainedContextLength} tokens, ${types}; ${info.chatTemplate ? `chat template ${info.chatTemplate}` : 'no chat template'}; ${where(info)}; loaded in ${(info.loadMs / 1000).toFixed(1)} s.`;
    $('advice').textContent = [info.advice, info.cache.stored ? null : `Not kept for the next visit: ${info.cache.reason}.`].filter(Boolean).join(' ');
    $('fit').textContent = fitLine(info);
  }
}
