import { WasmChord } from '../../wasm-chord/wasm-chord.js';
import { $ } from '../base/dom.js';
import { bytes, count, seconds } from '../base/format.js';
import { showBrowser } from './browser.js';
import { Computing } from './computing.js';
import { Library } from './library.js';

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

/** Under which licence the file says that it is. */
function licence({ license }) {
  return license ? `licence ${license}` : 'licence not named';
}

/** Whether the browser can keep the file. */
async function roomLine({ fileBytes }) {
  const { quota, usage } = await WasmChord.cache.quota();
  const free = quota - usage;
  return quota === null ? '' : free >= fileBytes ? `There is storage for it: ${bytes(free)} are free.`
      : `It cannot be kept for the next visit: ${bytes(free)} of storage are free. Remove models below, or free some of the disk.`;
}

/** Whether a model is for documents, beside one that chats. */
function isBeside({ kind }, current) {
  return kind === 'embedding' && current !== null && current.modelInfo().kind !== 'embedding';
}

/**
 * Loads models and shows how far that is. The model before is freed when the next one's header says that it can run here, since there may
 * not be room for both; a file that is no such model leaves it in place. An embedding model is kept beside the one that chats.
 */
export class ModelPanel {
  #abort = null;
  #computing = new Computing();
  current = null;
  embedder = null;

  constructor({ onReady, onEmbedder, onError, onBusy }) {
    this.onReady = onReady;
    this.onEmbedder = onEmbedder;
    this.onError = onError;
    this.onBusy = onBusy;
    const library = new Library((url, name) => this.load(url, name));
    $('open-models').addEventListener('click', () => {
      $('models').showModal();
      library.show();
      showBrowser();
    });
    $('cancel-load').addEventListener('click', () => this.#abort?.abort());
    $('load-url').addEventListener('click', () => this.#fromAddress());
    $('check-url').addEventListener('click', () => this.#check());
    $('model-url').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.#fromAddress();
      }
    });
    $('file-input').addEventListener('change', () => {
      this.fromFiles($('file-input').files);
      $('file-input').value = '';
    });
  }

  #fromAddress() {
    const address = $('model-url').value.trim();
    if (address) {
      this.load(address, address);
    }
  }

  /** One file, or the parts of a split model in the order of their names. */
  fromFiles(list) {
    const files = [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (files.length > 0) {
      this.load(files.length === 1 ? files[0] : files, files[0].name);
    }
  }

  async #check() {
    const address = $('model-url').value.trim();
    if (!address) {
      return;
    }
    $('fit').textContent = 'Reading the header…';
    try {
      const info = await WasmChord.inspect(address, this.#computing.options);
      $('fit').textContent = [`${info.name}: ${info.architecture}, ${count(info.parameters)} parameters, a file of ${bytes(info.fileBytes)}, ${licence(info)}.`,
        info.kind === 'embedding' ? 'It gives vectors and cannot chat.' : '', fitLine(info), await roomLine(info)].filter(Boolean).join(' ');
    } catch (error) {
      $('fit').textContent = error.message;
    }
  }

  async load(source, label) {
    $('models').close();
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.onBusy(label);
    $('progress').hidden = false;
    $('progress-note').hidden = true;
    try {
      const model = await WasmChord.load(source, {
        ...this.#computing.options,
        signal: abort.signal,
        onProgress: (p) => {
          if (p.phase === 'plan' && this.#abort === abort) {
            this.#makeRoom(p.info); // the file is a model that can run here
          }
          this.#show(p);
        },
        onCacheFull: ({ needed, models }) => confirm(`This model needs ${bytes(needed)} of storage. Remove ${models.map((m) => m.name).join(', ')}?`),
      });
      if (abort.signal.aborted) {
        await model.dispose();
        return;
      }
      this.#place(model);
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

  /** Frees the model whose place the next one takes. */
  #makeRoom(info) {
    if (isBeside(info, this.current)) {
      this.embedder?.dispose();
      this.embedder = null;
    } else {
      this.current?.dispose();
      this.current = null;
      $('model-name').textContent = 'No model';
    }
  }

  #place(model) {
    const info = model.modelInfo();
    this.#makeRoom(info);
    if (isBeside(info, this.current)) {
      this.embedder = model;
      this.onEmbedder(model);
    } else {
      this.current = model;
      this.#describe(info);
      this.onReady(model);
    }
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
    $('model-info').textContent = `${info.name}: ${info.architecture}, ${count(info.parameters)} parameters, ${bytes(info.fileBytes)}, ${licence(info)}, context ${info.contextLength} of ${info.trainedContextLength} tokens, ${types}; ${info.chatTemplate ? `chat template ${info.chatTemplate}` : 'no chat template'}; ${where(info)}; loaded in ${(info.loadMs / 1000).toFixed(1)} s.`;
    $('advice').textContent = [info.advice, info.cache.stored ? null : `Not kept for the next visit: ${info.cache.reason}.`].filter(Boolean).join(' ');
    $('fit').textContent = fitLine(info);
  }
}
