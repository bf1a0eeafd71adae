// The least that serves embeddings with transformers.js: POST {"input": [texts]} in OpenAI's shape, batches of 32.
//   node serve.mjs ROOT MODEL DTYPE
import { createServer } from 'node:http';

const [root, model, dtype] = process.argv.slice(2);
const batch = 32;
try {
  const { env, pipeline } = await import('@huggingface/transformers');
  env.allowRemoteModels = false;
  env.localModelPath = root;
  const extract = await pipeline('feature-extraction', model, { dtype });
  await extract(['a text to see whether the model runs'], { pooling: 'mean', normalize: true });

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const texts = JSON.parse(body).input;
    const data = [];
    for (let i = 0; i < texts.length; i += batch) {
      const vectors = (await extract(texts.slice(i, i + batch), { pooling: 'mean', normalize: true })).tolist();
      for (const embedding of vectors) data.push({ object: 'embedding', index: data.length, embedding });
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data, model }));
  });
  server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
} catch (error) {
  console.log(error.message.split('\n')[0]);
  process.exit(1);
}
