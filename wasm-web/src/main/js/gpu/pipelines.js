const ARGUMENTS = 0; // numbers of bindings, as Binding.java orders them
const ARENA = 1;
const CACHE = 5;
const BINDINGS = 6;
const ARGUMENT_BYTES = 256;

/** The binding's entry in a layout. */
function entry(binding) {
  const buffer = binding === ARGUMENTS
    ? { type: 'uniform', hasDynamicOffset: true, minBindingSize: ARGUMENT_BYTES }
    : { type: binding === ARENA || binding === CACHE ? 'storage' : 'read-only-storage' };
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer };
}

/** Compiled kernels, by number, with explicit layouts. They compile side by side. */
export class Pipelines {
  #device;
  #layouts = new Map(); // by bindings
  #kernels = []; // {bindings, pipeline}
  #numbers = new Map(); // by text
  #pending = [];

  constructor(device) {
    this.#device = device;
  }

  /** The bind group layout of a set of bindings, a bit each. */
  layout(bindings) {
    let layout = this.#layouts.get(bindings);
    if (!layout) {
      const entries = Array.from({ length: BINDINGS }, (_, i) => i).filter((i) => bindings & (1 << i)).map(entry);
      layout = this.#device.createBindGroupLayout({ entries });
      this.#layouts.set(bindings, layout);
    }
    return layout;
  }

  /** Begins to compile a kernel, unless it is known; its number. */
  begin(code, bindings) {
    const known = this.#numbers.get(code);
    if (known !== undefined) {
      return known;
    }
    this.#numbers.set(code, this.#kernels.length);
    const kernel = { code, bindings, pipeline: null };
    const layout = this.#device.createPipelineLayout({ bindGroupLayouts: [this.layout(bindings)] });
    const module = this.#device.createShaderModule({ code });
    this.#pending.push(this.#device.createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main' } }).then((pipeline) => { kernel.pipeline = pipeline; }));
    return this.#kernels.push(kernel) - 1;
  }

  /** Waits until all are compiled. */
  async ready() {
    await Promise.all(this.#pending.splice(0));
  }

  /** All kernels, in the order of their numbers. */
  get all() {
    return this.#kernels;
  }

  get(number) {
    return this.#kernels[number];
  }
}
