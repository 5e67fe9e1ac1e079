// An empty page's: the module for the browser's console, and for tests.
import { WasmChord } from '../wasm-chord/wasm-chord.js';

globalThis.WasmChord = WasmChord;
document.body.dataset.state = 'empty';
