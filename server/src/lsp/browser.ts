/** The server in a web worker. */
import {
  BrowserMessageReader,
  BrowserMessageWriter,
  createConnection,
  ProposedFeatures,
} from 'vscode-languageserver/browser';
import packageJson from '../../../package.json' with { type: 'json' };
import { clientFiles, ReadFileRequest } from './client-files.ts';
import { serve } from './server.ts';

declare const self: DedicatedWorkerGlobalScope;

const connection = createConnection(
  ProposedFeatures.all,
  new BrowserMessageReader(self),
  new BrowserMessageWriter(self),
);

serve(connection, {
  version: packageJson.version,
  files: (arrived) =>
    clientFiles(
      (uri) => connection.sendRequest(ReadFileRequest, { uri }),
      arrived,
      (message) => connection.console.error(message),
    ),
  later: laterInWorker(),
  rested: () => undefined,
  docsUri: undefined,
});

/** What setImmediate is in Node: after the messages that wait, without the delay of setTimeout. */
function laterInWorker(): (run: () => void) => void {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (run) => {
    waiting.push(run);
    port2.postMessage(undefined);
  };
}
