import { $, element } from '../base/dom.js';
import { bytes } from '../base/format.js';

/* Modules that are valid only where the browser has what their one instruction or type needs. */
const GC = [0, 97, 115, 109, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0];
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const RELAXED = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11];

const valid = (code) => typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(code));

/** What the engine uses of a browser: whether it is there, and what to do where it is not. */
const CHECKS = [
  { name: 'WebAssembly GC', has: () => valid(GC), lacks: 'Nothing runs without it. Use Chrome or Edge 119, Firefox 120, Safari 18.2, or later.' },
  { name: 'SIMD', has: () => valid(SIMD), lacks: 'Models run slowly. Use Chrome or Edge 91, Firefox 89, Safari 16.4, or later.' },
  { name: 'Relaxed SIMD', has: () => valid(RELAXED), lacks: 'Models run a little slower than they could.' },
  {
    name: 'Threads',
    has: () => crossOriginIsolated,
    lacks: 'Models run on one thread: this page is not cross-origin isolated. Its host has to send the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.',
  },
  {
    name: 'Storage for models',
    has: () => Boolean(navigator.storage?.getDirectory),
    lacks: 'Models are downloaded at each visit. Private windows of some browsers keep nothing.',
  },
];

/** Shows what this browser has, as a list. */
export async function showBrowser() {
  const rows = CHECKS.map(({ name, has, lacks }) => {
    const there = has();
    const row = element('li', there ? 'has' : 'lacks');
    row.append(element('strong', '', `${name}: ${there ? 'yes' : 'no'}`));
    if (!there) {
      row.append(element('span', 'hint', lacks));
    }
    return row;
  });
  const machine = [`${navigator.hardwareConcurrency} cores`];
  if (navigator.deviceMemory) {
    machine.push(`memory ${navigator.deviceMemory} GB or more`);
  }
  const { quota } = await navigator.storage?.estimate?.() ?? {};
  if (quota) {
    machine.push(`storage up to ${bytes(quota)}`);
  }
  $('browser').replaceChildren(...rows);
  $('machine').textContent = `The browser reports ${machine.join(', ')}.`;
}
