// node tokenize.mjs TOKENIZER.json TEXTS.json: for each line on standard input ("round" or "ids") one line of JSON.
// round: {"tokens", "cpu", "wall"} of tokenizing every text once, seconds; ids: a hash of each text's ids.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Tokenizer } from "@huggingface/tokenizers";

const [, , tokenizerFile, textsFile] = process.argv;
const texts = JSON.parse(readFileSync(textsFile, "utf8"));
const tokenizer = new Tokenizer(JSON.parse(readFileSync(tokenizerFile, "utf8")), {});

const seconds = (usage) => (usage.user + usage.system) / 1e6;

function round() {
  const [cpu, wall] = [process.cpuUsage(), process.hrtime.bigint()];
  let tokens = 0;
  for (const text of texts) {
    tokens += tokenizer.encode(text).ids.length;
  }
  return { tokens, cpu: seconds(process.cpuUsage(cpu)), wall: Number(process.hrtime.bigint() - wall) / 1e9 };
}

// FNV-1a over the ids, as the C# side computes it.
function hash(ids) {
  let value = 0x811c9dc5;
  for (const id of ids) {
    value = Math.imul(value ^ Number(id), 0x01000193) >>> 0;
  }
  return value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = line === "ids" ? texts.map((text) => hash(tokenizer.encode(text).ids)) : round();
  process.stdout.write(JSON.stringify(answer) + "\n");
}
