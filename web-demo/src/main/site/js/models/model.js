import { WasmChord } from '../../wasm-chord/wasm-chord.js';
import { $ } from '../base/dom.js';
import { keep, kept } from '../base/kept.js';
import { bytes, count, seconds } from '../base/format.js';
import { showBrowser } from './browser.js';
import { Catalogue } from './catalogue.js';
import { Computing } from './computing.js';
import { fitLine, licence, preflight } from './fit.js';
import { Library } from './library.js';
import { ServedModel } from './served.js';

const SERVER = 'wasm-chord.server';

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

/** Does something at the key Enter, which else would close the dialog. */
function onEnter(field, action) {
  $(field).addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      action();
    }
  });
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
    const showKept = () => Promise.all([library.show(), catalogue.show()]);
    const library = new Library((url, name) => this.load(url, name), showKept);
    const catalogue = new Catalogue({
      load: ({ source, name, sha256 }) => this.load(source, name, { sha256, crossOriginStorage: true }),
      options: () => this.#computing.options,
      changed: showKept,
    });
    $('open-models').addEventListener('click', () => {
      $('models').showModal();
      showKept();
      showBrowser();
    });
    $('cancel-load').addEventListener('click', () => this.#abort?.abort());
    $('load-url').addEventListener('click', () => this.#fromAddress());
    $('check-url').addEventListener('click', () => this.#check());
    onEnter('model-url', () => this.#fromAddress());
    $('server-url').value = kept(SERVER) ?? '';
    $('use-server').addEventListener('click', () => this.#fromServer());
    onEnter('server-url', () => this.#fromServer());
    onEnter('server-key', () => this.#fromServer());
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

  /** Has a server compute in place of this page. */
  #fromServer() {
    const address = $('server-url').value.trim();
    if (address) {
      keep(SERVER, address);
      this.#begin(address, (abort) => ServedModel.connect(address, $('server-key').value.trim(), abort.signal));
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
    $('fit').textContent = await preflight(address, this.#computing.options);
  }

  load(source, label, more = {}) {
    return this.#begin(label, (abort) => WasmChord.load(source, {
      ...this.#computing.options,
      ...more,
      signal: abort.signal,
      onProgress: (p) => {
        if (p.phase === 'plan' && this.#abort === abort) {
          this.#makeRoom(p.info); // the file is a model that can run here
        }
        this.#show(p);
      },
      onCacheFull: ({ needed, models }) => confirm(`This model needs ${bytes(needed)} of storage. Remove ${models.map((m) => m.name).join(', ')}?`),
    }));
  }

  async #begin(label, get) {
    $('models').close();
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.onBusy(label);
    $('progress').hidden = false;
    $('progress-note').hidden = true;
    $('progress-text').textContent = '';
    try {
      const model = await get(abort);
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
    if (info.served) {
      $('model-name').textContent = `${info.name} · ${info.served}`;
      $('model-info').textContent = `${info.name}, which the server at ${info.served} computes. What you write is sent there.`;
      $('advice').textContent = '';
      return;
    }
    $('model-name').textContent = `${info.name} · ${count(info.parameters)} parameters`;
    const types = Object.entries(info.tensorTypes).map(([type, n]) => `${type} ×${n}`).join(', ');
    $('model-info').textContent = `${info.name}: ${info.architecture}, ${count(info.parameters)} parameters, ${bytes(info.fileBytes)}, ${licence(info)}, context ${info.contextLength} of ${info.trainedContextLength} tokens, ${types}; ${info.chatTemplate ? `chat template ${info.chatTemplate}` : 'no chat template'}; ${where(info)}; loaded in ${(info.loadMs / 1000).toFixed(1)} s.`;
    $('advice').textContent = [info.advice, info.cache.stored ? null : `Not kept for the next visit: ${info.cache.reason}.`].filter(Boolean).join(' ');
    $('fit').textContent = fitLine(info);
  }
}
