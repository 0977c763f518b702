/** A language server in a process of its own, spoken to as an editor does, with as little between as possible. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Edit {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Server {
  /** From the start of the process to the answer to `initialize`. */
  readonly startMs: number;
  /** Opens a document; the time until its diagnostics are there. */
  readonly open: (uri: string, text: string) => Promise<number>;
  /** Changes it; the time until the diagnostics of the new text are there. */
  readonly edit: (uri: string, edit: Edit) => Promise<number>;
  /** Resident memory. */
  readonly megabytes: () => number;
  readonly stop: () => Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly uri?: string; readonly version?: number; readonly items?: readonly unknown[] };
}

/** Starts `node ARGS…` and says hello. */
export async function startServer(args: readonly string[]): Promise<Server> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const listeners = new Set<(message: Message) => void>();
  const send = (message: object) => {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    child.stdin.write(body);
  };
  onMessages(child, (message) => {
    if (message.method !== undefined && message.id !== undefined) {
      // A question of the server's: there are no settings, and it may register what it likes.
      send({ id: message.id, result: message.params?.items?.map(() => null) ?? null });
    }
    for (const listener of listeners) listener(message);
  });
  const until = (wanted: (message: Message) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${args.join(' ')} ended with ${code}`));
      const listener = (message: Message) => {
        if (!wanted(message)) return;
        listeners.delete(listener);
        child.off('exit', ended);
        resolve();
      };
      listeners.add(listener);
      child.once('exit', ended);
    });
  let ids = 0;
  const request = (method: string, params: object | undefined) => {
    const id = ++ids;
    const answer = until((message) => message.id === id && message.method === undefined);
    send({ id, method, ...(params === undefined ? {} : { params }) });
    return answer;
  };
  const published = (uri: string, version: number) =>
    until(({ method, params }) => {
      return method === 'textDocument/publishDiagnostics' && params?.uri === uri && (params.version ?? 0) >= version;
    });

  await request('initialize', { processId: process.pid, rootUri: null, capabilities: CAPABILITIES });
  const startMs = performance.now() - started;
  send({ method: 'initialized', params: {} });

  let version = 0;
  const timed = async (uri: string, message: (version: number) => object) => {
    version += 1;
    const done = published(uri, version);
    const before = performance.now();
    send(message(version));
    await done;
    return performance.now() - before;
  };
  return {
    startMs,
    open: (uri, text) =>
      timed(uri, (version) => ({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'irqtopo', version, text } },
      })),
    edit: (uri, { line, from, to, text }) =>
      timed(uri, (version) => ({
        method: 'textDocument/didChange',
        params: {
          textDocument: { uri, version },
          contentChanges: [{ range: { start: { line, character: from }, end: { line, character: to } }, text }],
        },
      })),
    megabytes: () => residentMegabytes(child),
    stop: async () => {
      await request('shutdown', undefined);
      const exited = new Promise((resolve) => child.once('exit', resolve));
      send({ method: 'exit' });
      await exited;
    },
  };
}

const CAPABILITIES = {
  general: { positionEncodings: ['utf-16'] },
  workspace: { configuration: true },
  textDocument: { publishDiagnostics: { versionSupport: true, relatedInformation: true } },
};

function onMessages(child: ChildProcess, take: (message: Message) => void) {
  let buffer: Buffer = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = buffer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(buffer.toString('latin1', 0, head))?.[1]);
      if (buffer.length < head + 4 + length) return;
      const body = buffer.toString('utf8', head + 4, head + 4 + length);
      buffer = buffer.subarray(head + 4 + length);
      take(JSON.parse(body));
    }
  });
}

/** Linux only; elsewhere NaN. */
function residentMegabytes(child: ChildProcess): number {
  if (process.platform !== 'linux') return Number.NaN;
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
}
