// The cohere-ai client against EmbedService: node cohere-embed.mjs BASE_URL; what came back, as one JSON object.
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
const texts = ['a question', 'an answer'];
const embeddingTypes = ['float', 'int8', 'uint8', 'binary', 'ubinary', 'base64'];
const ask = { model: 'embed-multilingual-v3.0', texts, inputType: 'search_query' };
console.log(JSON.stringify({
  v1: await client.embed(ask),
  v1ByType: await client.embed({ ...ask, embeddingTypes: ['float'] }),
  v2: await client.v2.embed({ ...ask, embeddingTypes }),
  unknownModel: await refused(client.v2.embed({ ...ask, model: 'no-such-model', embeddingTypes: ['float'] })),
  noTexts: await refused(client.v2.embed({ ...ask, texts: [], embeddingTypes: ['float'] })),
}));
