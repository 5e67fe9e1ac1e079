// Native llama.cpp through node-llama-cpp: node native.mjs MODEL THREADS LENGTHS TOKENS -> one line of JSON.
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';

const [file, threads, lengths, tokens] = [process.argv[2], Number(process.argv[3]), process.argv[4].split(',').map(Number), Number(process.argv[5])];
const started = performance.now();
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: Math.max(...lengths) + tokens + 16, threads, batchSize: 512 });
const sequence = context.getSequence();
const load = performance.now() - started;
const answers = [];
for (const length of lengths) {
  const prompt = Array.from({ length }, (_, i) => Number((BigInt(i) * 2654435761n + 17n) % BigInt(model.fileInfo.metadata.tokenizer.ggml.tokens.length)));
  const runs = [];
  for (let run = 0; run < 2; run++) { // the first one warms up
    await sequence.clearHistory();
    const began = performance.now();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1));
    const fed = performance.now();
    let first = 0;
    let n = 0;
    for await (const token of sequence.evaluate(prompt.slice(-1), { temperature: 0, yieldEogToken: true })) {
      n++;
      first ||= performance.now();
      if (n >= tokens) {
        break;
      }
    }
    runs.push({ prefill: 1000 * (length - 1) / (fed - began), first: first - began, decode: 1000 * (n - 1) / (performance.now() - first) });
  }
  answers.push(runs.at(-1));
}
console.log(JSON.stringify({ load, answers }));
process.exit(0);
