const PROMPT = [1, 2, 3, 4];
const TOKENS = 8; // that are measured
const OF_THE_GPU = ['gpu_lost', 'gpu_failed', 'out_of_memory', 'unsupported_browser', 'unsupported_cache', 'unsupported_model']; // what a CPU may do without

/** A text of some tokens: its logits, and how fast the tokens behind it came. */
async function measured({ engine }) {
  const logits = async (greedy) => {
    const { address, rows, columns } = await engine.ask('logits', PROMPT.join(','), greedy, true);
    const bits = new Uint32Array(engine.bytes(address, 4 * rows * columns).slice().buffer);
    engine.call('releaseLogits');
    return bits;
  };
  await logits(1); // what is made when it is first needed is there then
  const start = performance.now();
  const bits = await logits(TOKENS);
  return { bits, speed: 1000 * TOKENS / (performance.now() - start) };
}

const digits = (speed) => speed.toPrecision(3);

/** The CPU, and why. */
const onCpu = (cpu, reason) => ({ ...cpu, info: { ...cpu.info, gpuNote: `The model runs on the CPU: ${reason}` } });

/** Measures both, and stops the slower. */
async function compared(gpu, cpu) {
  const here = await measured(cpu);
  let there;
  try {
    there = await measured(gpu);
  } catch (error) {
    gpu.engine.stop();
    return onCpu(cpu, error.message);
  }
  if (there.bits.some((value, i) => value !== here.bits[i])) {
    gpu.engine.stop();
    return onCpu(cpu, `the GPU ${gpu.info.gpu.name}, or its driver, gives other logits; please report it with the GPU's name.`);
  }
  const [taken, left] = there.speed > here.speed ? [gpu, cpu] : [cpu, gpu];
  left.engine.stop();
  const note = `The model runs on the ${taken === gpu ? 'GPU' : 'CPU'}, which is faster: ${digits(there.speed)} tokens a second on the GPU, ${digits(here.speed)} on the CPU.`;
  return { ...taken, measured: true, info: { ...taken.info, gpuNote: note } };
}

/**
 * Loads a model on the GPU and on the CPU, and goes on with what is faster and gives the CPU's logits. Where one of them cannot have it, the other has it.
 *
 * @param {(backend: string) => Promise<{engine: any, info: any}>} load
 * @param {AbortSignal} signal
 * @returns {Promise<{engine: any, info: any, measured?: boolean}>} `measured` where both were
 */
export async function faster(load, signal) {
  let gpu;
  try {
    gpu = await load('webgpu');
  } catch (error) {
    if (!OF_THE_GPU.includes(error.code)) {
      throw error;
    }
    return onCpu(await load('simd'), error.message);
  }
  if (!gpu.info.gpu) {
    return gpu; // on the CPU, after the referee's verdict
  }
  let cpu;
  try {
    cpu = await load('simd');
    return await compared(gpu, cpu);
  } catch (error) {
    signal.throwIfAborted();
    cpu?.engine.stop();
    return { ...gpu, info: { ...gpu.info, gpuNote: `The model runs on the GPU; on the CPU it was not measured: ${error.message}` } };
  }
}
