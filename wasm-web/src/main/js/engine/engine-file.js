import { WasmChordError } from '../errors.js';
import { defaults, hasStringBuiltins, linkImports } from '../wasm-gc-module-runtime.js';

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const STRINGS = { builtins: ['js-string'] };

// How the engine asks for its memory (MemoryLimits.java writes it): "memory", a memory, shared, 1 to 65536 pages.
const SHARED_MEMORY = [0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 0x02, 0x03, 0x01, 0x80, 0x80, 0x04];
const FLAGS = 7;
const NOT_SHARED = 0x01;

function unavailable(url, why) {
  return new WasmChordError('engine_unavailable', `the engine at ${url} ${why}; this module's files belong together: copy all of them, or say where they are with the option assets`);
}

function startsWith(bytes, pattern, at) {
  return pattern.every((byte, i) => bytes[at + i] === byte);
}

/** Makes the engine one over a memory that is not shared. */
function unshare(bytes) {
  let at = bytes.indexOf(SHARED_MEMORY[0]);
  while (at >= 0 && !startsWith(bytes, SHARED_MEMORY, at)) {
    at = bytes.indexOf(SHARED_MEMORY[0], at + 1);
  }
  if (at < 0) {
    throw new WasmChordError('internal', 'the engine has no memory import to change');
  }
  bytes[at + FLAGS] = NOT_SHARED;
}

async function fetched(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw unavailable(url, `cannot be fetched (${error.message})`);
  }
  if (!response.ok) {
    throw unavailable(url, `is missing: HTTP ${response.status}`);
  }
  return response;
}

/**
 * Fetches and compiles the engine: while it arrives, where the server names its type and the memory is shared.
 *
 * @param {string} url
 * @param {boolean} shared whether the memory that it will have is shared
 * @throws {WasmChordError} `engine_unavailable` with the address
 */
export async function compileEngine(url, shared) {
  const response = await fetched(url);
  const typed = response.headers.get('Content-Type')?.trim().toLowerCase() === 'application/wasm';
  try {
    if (typed && shared) {
      return await WebAssembly.compileStreaming(response, STRINGS);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (!startsWith(bytes, MAGIC, 0)) {
      throw unavailable(url, `is another file (of type ${response.headers.get('Content-Type')}, ${bytes.length} bytes)`);
    }
    if (!shared) {
      unshare(bytes);
    }
    return await WebAssembly.compile(bytes, STRINGS);
  } catch (error) {
    throw error instanceof WasmChordError ? error : unavailable(url, `does not compile (${error.message})`);
  }
}

/**
 * Starts the compiled engine and gives what its Java code exports.
 *
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 * @param {number} bytes of the memory that the compiler's own data may take
 * @param {Record<string, Function>} chord what the Java code calls; see Host.java
 */
export async function instantiate(module, memory, bytes, chord) {
  const imports = { chord };
  const runtime = defaults(imports, {}, await hasStringBuiltins());
  await linkImports(imports, { memory: { external: memory, maxSize: bytes } }, module, []);
  const { exports } = await WebAssembly.instantiate(module, imports);
  runtime.supplyExports(exports);
  const { perform } = exports; // a function of WebAssembly itself, below which the engine may wait for a promise
  return { ...Object.fromEntries(Object.entries(exports).flatMap(([name, one]) => (one instanceof WebAssembly.Global ? [[name, one.value]] : []))), perform };
}
