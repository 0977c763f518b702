/** The server in a process of its own: --stdio, --node-ipc, --socket=PORT or --pipe=NAME. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import packageJson from '../../../package.json' with { type: 'json' };
import { nodeFiles } from './node-files.ts';
import { makeCollector } from './node-garbage.ts';
import { serve } from './server.ts';

serve(createConnection(ProposedFeatures.all), {
  version: packageJson.version,
  files: nodeFiles,
  later: setImmediate,
  rested: makeCollector(),
  docsUri: shippedPages(),
});

/** The rules' pages as they are shipped beside the bundle this is part of. */
function shippedPages(): string | undefined {
  const folder = join(__dirname, '..', 'docs', 'rules');
  return existsSync(folder) ? pathToFileURL(folder).href : undefined;
}
