import { WasmChord } from '../wasm-chord/wasm-chord.js';
import { $ } from './dom.js';
import { bytes, count, seconds } from './format.js';

const PHASES = { engine: 'Starting the engine', header: 'Reading the header', download: 'Downloading', load: 'Preparing' };

/** Loads models and shows how far that is. A model that fails to load leaves the one before in place. */
export class ModelPanel {
  #abort = null;
  current = null;

  constructor({ onReady, onError, onBusy }) {
    this.onReady = onReady;
    this.onError = onError;
    this.onBusy = onBusy;
    $('cancel-load').addEventListener('click', () => this.#abort?.abort());
    $('load-url').addEventListener('click', () => this.#fromAddress());
    $('model-url').addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        this.#fromAddress();
      }
    });
    $('file-input').addEventListener('change', () => {
      const [file] = $('file-input').files;
      if (file) {
        this.load(file, file.name);
      }
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
        this.load(event.dataTransfer.files[0], event.dataTransfer.files[0].name);
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
    try {
      const model = await WasmChord.load(source, { signal: abort.signal, onProgress: (p) => this.#show(p) });
      if (abort.signal.aborted) {
        await model.dispose();
        return;
      }
      await this.current?.dispose();
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

  #show({ phase, loaded, total, bytesPerSecond, secondsLeft }) {
    const parts = [PHASES[phase] ?? phase];
    if (phase === 'download') {
      parts.push(total ? `${bytes(loaded)} of ${bytes(total)}` : bytes(loaded));
      if (bytesPerSecond > 0) {
        parts.push(`${bytes(bytesPerSecond)}/s`);
      }
      if (secondsLeft !== null) {
        parts.push(`${seconds(secondsLeft)} left`);
      }
    }
    $('progress-text').textContent = parts.join(' · ');
    if (phase === 'download' && total) {
      $('progress-bar').value = loaded / total;
    } else {
      $('progress-bar').removeAttribute('value');
    }
  }

  #describe(info) {
    $('model-name').textContent = `${info.name} · ${count(info.parameters)} parameters`;
    const types = Object.entries(info.tensorTypes).map(([type, n]) => `${type} ×${n}`).join(', ');
    $('model-info').textContent = `${info.name}: ${info.architecture}, ${count(info.parameters)} parameters, ${bytes(info.fileBytes)}, context ${info.contextLength} of ${info.trainedContextLength} tokens, ${types}; template ${info.chatTemplate ?? 'unknown'}; ${info.backend} kernels on ${info.threads === 1 ? 'one thread' : `${info.threads} threads`}; loaded in ${(info.loadMs / 1000).toFixed(1)} s.`;
    $('advice').textContent = info.advice ?? '';
  }
}
