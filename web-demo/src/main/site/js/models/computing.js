import { $, element } from '../base/dom.js';
import { keep, kept } from '../base/kept.js';

const KEY = 'wasm-chord.computing';

/** What can compute a model here, as options of a load. All give the same bits. */
const BACKENDS = [
  { name: 'fastest', label: 'The CPU\'s fastest', options: {} },
  { name: 'auto', label: 'The faster of CPU and GPU', options: { backend: 'auto' } },
  { name: 'webgpu', label: 'The GPU, with WebGPU', options: { backend: 'webgpu' } },
  { name: 'relaxed', label: 'Relaxed SIMD', options: { simd: 'relaxed' } },
  { name: 'simd128', label: 'SIMD', options: { simd: 'simd128' } },
  { name: 'scalar', label: 'Plain WebAssembly', options: { simd: 'none' } },
];

/** The choice of what computes, and of how models are put into memory; kept between visits. */
export class Computing {
  constructor() {
    $('backend').replaceChildren(...BACKENDS.map(({ name, label }) => {
      const option = element('option', '', label);
      option.value = name;
      return option;
    }));
    const { backend = 'fastest', threads = '', profile = false } = kept(KEY) ?? {};
    $('backend').value = BACKENDS.some(({ name }) => name === backend) ? backend : 'fastest';
    $('threads').value = threads;
    $('profile').checked = profile;
    for (const id of ['backend', 'threads', 'profile']) {
      $(id).addEventListener('change', () => keep(KEY, { backend: $('backend').value, threads: $('threads').value, profile: $('profile').checked }));
    }
  }

  /** The options of the next load. */
  get options() {
    const length = Number($('context-length').value);
    const threads = Number($('threads').value);
    return {
      kvCache: $('kv-cache').value,
      ...(length > 0 ? { contextLength: length } : {}),
      ...(threads > 0 ? { threads } : {}),
      ...($('profile').checked ? { profile: true } : {}),
      ...BACKENDS.find(({ name }) => name === $('backend').value).options,
    };
  }
}
