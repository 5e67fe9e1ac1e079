import { shareEngine } from './wasm-chord/shared.js';
import { WasmChord } from './wasm-chord/wasm-chord.js';

shareEngine({ load: () => WasmChord.load('model.gguf') });
