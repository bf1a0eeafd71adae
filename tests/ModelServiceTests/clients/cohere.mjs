// The cohere-ai client against RerankService: node cohere.mjs BASE_URL; what came back, as one JSON object.
import { CohereClient } from 'cohere-ai';

const client = new CohereClient({ token: 'no-key-is-needed', environment: process.argv[2].replace(/\/$/, ''), maxRetries: 0 });
const refused = async (call) => {
  try {
    await call;
    return null;
  } catch (error) {
    return { kind: error.constructor.name, status: error.statusCode, body: error.body };
  }
};
const query = 'Which package recovers deleted photos?';
const documents = ['A game with penguins.', 'Recovers deleted photos from a memory card.', 'A text editor.'];
const ask = { model: 'rerank-v3.5', query, documents };
const v1 = await client.rerank({ ...ask, topN: 2, returnDocuments: true });
const v1Objects = await client.rerank({ ...ask, documents: documents.map((text) => ({ text })) });
const v2 = await client.v2.rerank({ ...ask, topN: 2 });
console.log(JSON.stringify({
  v1,
  v1Objects: v1Objects.results,
  v2,
  unknownModel: await refused(client.v2.rerank({ ...ask, model: 'no-such-model' })),
  noDocuments: await refused(client.v2.rerank({ ...ask, documents: [] })),
}));
