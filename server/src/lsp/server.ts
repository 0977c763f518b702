/** The language server on a connection, whatever carries that: a pipe, a socket, a worker. */
import {
  type Connection,
  ErrorCodes,
  type InitializeParams,
  type NotificationType,
  ResponseError,
} from 'vscode-languageserver';
import { AllocationChangedNotification } from './allocation-protocol.ts';
import { capabilities } from './capabilities.ts';
import { refreshCapacity } from './capacity-text.ts';
import { clientSupport } from './client-support.ts';
import { chooseEncoding } from './convert.ts';
import type { Files } from './files.ts';
import { describe, type Life, refusal } from './handler.ts';
import { HANDLERS } from './handlers/index.ts';
import { makePublisher } from './publisher.ts';
import { makeRefresher } from './refresher.ts';
import type { Session } from './session.ts';
import { makeSettings } from './settings.ts';
import { TestsChangedNotification } from './tests-protocol.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** What differs between Node and a browser. */
export interface Host {
  readonly version: string;
  /** The files that no editor holds. `arrived` is called when one has come that was pending. */
  readonly files: (arrived: (uri: string) => void) => Files;
  /** Calls back after the messages that wait were handled. */
  readonly later: (run: () => void) => void;
  /** Called when there is nothing left to do. */
  readonly rested: () => void;
  /** Folder of the rules' pages, for clients that name none. */
  readonly docsUri: string | undefined;
}

/** Serves a client until it disconnects. */
export function serve(connection: Connection, host: Host): void {
  const life: Life = { session: undefined, shutDown: false };
  connection.onInitialize((params) => {
    if (life.session !== undefined || life.shutDown) {
      return new ResponseError(ErrorCodes.InvalidRequest, 'The server is initialized already');
    }
    life.session = openSession(connection, host, params);
    return {
      capabilities: capabilities(life.session.encoding),
      serverInfo: { name: 'irqtopo', version: host.version },
    };
  });
  connection.onShutdown(() => {
    life.session = undefined;
    life.shutDown = true;
  });
  for (const { register } of HANDLERS) register(connection, life);
  // The handler of requests that no other one knows.
  connection.onRequest((method) =>
    life.session === undefined
      ? refusal(life)
      : new ResponseError(ErrorCodes.MethodNotFound, `Unhandled method ${method}`),
  );
  connection.listen();
}

function openSession(connection: Connection, host: Host, params: InitializeParams): Session {
  const client = clientSupport(params);
  const encoding = chooseEncoding(params.capabilities.general?.positionEncodings);
  const folders = new Set(foldersOf(params));
  const publish = makePublisher();
  const refresh = makeRefresher();
  const log = (message: string) => connection.console.error(message);
  const workspace: Workspace = makeWorkspace({
    files: host.files((uri) => {
      if (workspace.arrived(uri)) refreshDiagnostics(session);
    }),
    folders: () => [...folders],
    encoding,
    later: host.later,
    rested: host.rested,
    listener: {
      checked(mainUri, touched) {
        if (!client.pullsDiagnostics) publish(session, touched);
        const tell = (type: NotificationType<{ uri: string }>) =>
          connection.sendNotification(type, { uri: mainUri }).catch((error) => log(`${error}`));
        if (session.shownAllocations.has(mainUri)) tell(AllocationChangedNotification);
        if (session.shownTests.has(mainUri)) tell(TestsChangedNotification);
        refreshCapacity(session, mainUri);
        refresh(session, mainUri);
      },
      failed: (mainUri, version, error) => log(`check (version ${version} of ${mainUri}): ${describe(error)}`),
    },
  });
  const settings = makeSettings(connection, client.configuration, (uri) => {
    if (client.pullsDiagnostics) refreshDiagnostics(session);
    else publish(session, [uri]);
  });
  const docsUri = docsUriOf(params.initializationOptions) ?? host.docsUri;
  const session: Session = {
    connection,
    workspace,
    encoding,
    client,
    settings,
    folders,
    docsUri,
    shownAllocations: new Set(),
    shownCapacities: new Map(),
    shownTests: new Set(),
    moments: new Map(),
    giveWay: () => new Promise((resolve) => host.later(resolve)),
    log,
  };
  return session;
}

function refreshDiagnostics({ client, connection, log }: Session) {
  if (!client.pullsDiagnostics || !client.refreshesDiagnostics) return;
  connection.languages.diagnostics.refresh().catch((error) => log(`workspace/diagnostic/refresh: ${error}`));
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  if (workspaceFolders !== undefined && workspaceFolders !== null) return workspaceFolders.map(({ uri }) => uri);
  return rootUri === null ? [] : [rootUri];
}

function docsUriOf(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null || !('docsUri' in options)) return undefined;
  return typeof options.docsUri === 'string' ? options.docsUri.replace(/\/$/, '') : undefined;
}
