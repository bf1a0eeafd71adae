// The feature-extraction pipeline over one local model: a JSON line of texts in, a JSON line with the seconds it took, or the error, out.
//   node extract.mjs ROOT MODEL DTYPE BATCH
import { createInterface } from 'node:readline';

const [root, model, dtype, batch] = process.argv.slice(2);
const say = (answer) => console.log(JSON.stringify(answer));
try {
  const { env, pipeline } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  env.localModelPath = root;
  const extract = await pipeline('feature-extraction', model, { dtype });
  say({ ready: true });

  for await (const line of createInterface({ input: process.stdin })) {
    const texts = JSON.parse(line);
    const start = performance.now();
    for (let i = 0; i < texts.length; i += Number(batch)) {
      await extract(texts.slice(i, i + Number(batch)), { pooling: 'mean', normalize: true });
    }
    say({ seconds: (performance.now() - start) / 1000 });
  }
} catch (error) {
  say({ error: error.message });
}
