// The openai client against EmbedService: node openai.mjs BASE_URL; what came back, as one JSON object.
import OpenAI from 'openai';

const client = new OpenAI({ apiKey: 'sk-no-key-is-needed', baseURL: new URL('v1', process.argv[2]).href, maxRetries: 0 });
const refused = async (call) => {
  try {
    await call;
    return null;
  } catch (error) {
    return { kind: error.constructor.name, status: error.status, param: error.param, type: error.type, message: error.message };
  }
};
const model = 'text-embedding-3-small';
const one = await client.embeddings.create({ model, input: 'a question' });
const floats = await client.embeddings.create({ model, input: 'a question', encoding_format: 'float' });
const several = await client.embeddings.create({ model, input: ['a question', 'an answer', 'a question'] });
const tokens = await client.embeddings.create({ model, input: [[7, 8, 9], [10, 11]] });
const models = await client.models.list();
console.log(JSON.stringify({
  one: one.data[0].embedding,
  floats: floats.data[0].embedding,
  several: several.data.map((item) => ({ index: item.index, embedding: item.embedding })),
  tokens: tokens.data.map((item) => item.embedding.length),
  usage: one.usage,
  model: one.model,
  models: models.data.map((item) => ({ id: item.id, object: item.object })),
  unknownModel: await refused(client.embeddings.create({ model: 'no-such-model', input: 'a' })),
  blank: await refused(client.embeddings.create({ model, input: '' })),
  tooManyDimensions: await refused(client.embeddings.create({ model, input: 'a', dimensions: 100000 })),
}));
