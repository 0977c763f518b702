/** A language client of few words, over the pipes of a server that runs as shipped. Knows nothing of the server's code. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface Position {
  readonly line: number;
  readonly character: number;
}
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
export interface Edit {
  readonly range: Range;
  readonly newText: string;
}
export interface Diagnostic {
  readonly range: Range;
  readonly severity: number;
  readonly code?: string;
  readonly message: string;
  readonly codeDescription?: { readonly href: string };
  readonly relatedInformation?: readonly { readonly location: { readonly uri: string }; readonly message: string }[];
}
export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}
export interface Answer {
  // The shape of a result is what each test asserts.
  // biome-ignore lint/suspicious/noExplicitAny: answers of every kind
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}
interface Message extends Answer {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: parameters of every kind
  readonly params?: any;
}

/** Milliseconds after which an answer that has not come is a failure of the test. */
const PATIENCE_MS = 20_000;

export interface ClientOptions {
  readonly command?: readonly string[];
  /** Beside the ordinary ones: `{ textDocument: { diagnostic: {} } }` makes a client that pulls. */
  readonly textDocument?: object;
  readonly workspace?: object;
  readonly window?: object;
  readonly encodings?: readonly string[];
  readonly folder?: string;
  readonly initializationOptions?: object;
}

/** Starts a server; `initialize` is the test's to call. */
export function startServer(command: readonly string[] = [join(ROOT, 'dist', 'server-node.cjs'), '--stdio']) {
  const child = spawn(process.execPath, [...command], { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] });
  return new Client(child);
}

/** Starts a server and initializes it. */
export async function startClient(options: ClientOptions = {}): Promise<Client> {
  const client = startServer(options.command);
  await client.initialize(options);
  return client;
}

export class Client {
  readonly published: Published[] = [];
  readonly notified: { readonly method: string; readonly params: unknown }[] = [];
  readonly unexpected: string[] = [];
  /** What the client answers to workspace/configuration for each item. */
  configuration: unknown = null;
  /** Requests of the server that a test expects, with the answer; they are noted in `notified`. */
  readonly answers = new Map<string, unknown>();
  stderr = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private readonly watching = new Set<() => void>();
  private received = Buffer.alloc(0);
  private lastId = 0;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk: Buffer) => this.receive(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exited = once(child, 'exit').then(([code]) => code);
  }

  initialize(options: ClientOptions = {}): Promise<Answer> {
    const folder = pathToFileURL(options.folder ?? ROOT).href;
    const answer = this.request('initialize', {
      processId: process.pid,
      rootUri: folder,
      workspaceFolders: [{ uri: folder, name: 'workspace' }],
      initializationOptions: options.initializationOptions,
      capabilities: {
        general: { positionEncodings: options.encodings ?? ['utf-16'] },
        workspace: { configuration: true, workspaceEdit: { documentChanges: true }, ...options.workspace },
        textDocument: {
          publishDiagnostics: { versionSupport: true, relatedInformation: true, codeDescriptionSupport: true },
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } } },
          completion: { completionItem: { snippetSupport: true } },
          hover: { contentFormat: ['markdown'] },
          documentSymbol: { hierarchicalDocumentSymbolSupport: true },
          ...options.textDocument,
        },
        window: options.window,
      },
    });
    this.notify('initialized', {});
    return answer;
  }

  request(method: string, params?: unknown): Promise<Answer> & { readonly id: number } {
    const id = ++this.lastId;
    const answer = new Promise<Answer>((done, fail) => {
      const late = setTimeout(() => fail(new Error(`${method} was not answered; ${this.stderr}`)), PATIENCE_MS);
      this.waiting.set(id, (message) => {
        clearTimeout(late);
        done(message);
      });
    });
    this.send({ jsonrpc: '2.0', id, method, params });
    return Object.assign(answer, { id });
  }

  /** A request about a place in a text; gives its result, and fails on an error. */
  // biome-ignore lint/suspicious/noExplicitAny: results of every kind
  async ask(method: string, uri: string, more: object = {}): Promise<any> {
    const { result, error } = await this.request(`textDocument/${method}`, { textDocument: { uri }, ...more });
    assert.equal(error, undefined, `${method}: ${error?.message}`);
    return result;
  }

  notify(method: string, params?: unknown): void {
    this.send({ jsonrpc: '2.0', method, params });
  }

  open(uri: string, text: string, version = 1): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'irqtopo', version, text } });
  }

  change(uri: string, version: number, contentChanges: readonly object[]): void {
    this.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): void {
    this.notify('textDocument/didClose', { textDocument: { uri } });
  }

  /** The diagnostics pushed for a version of a text. */
  async diagnostics(uri: string, version: number): Promise<Published> {
    const find = () => this.published.findLast((sent) => sent.uri === uri && (sent.version ?? -1) >= version);
    await this.until(() => find() !== undefined, `diagnostics of version ${version}`);
    const found = find();
    assert.ok(found);
    return found;
  }

  /** Waits for a message that makes `test` true. */
  until(test: () => boolean, what: string): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((done, fail) => {
      const look = () => {
        if (!test()) return;
        clearTimeout(late);
        this.watching.delete(look);
        done();
      };
      const late = setTimeout(() => fail(new Error(`nothing came: ${what}; ${this.stderr}`)), PATIENCE_MS);
      this.watching.add(look);
    });
  }

  /** Ends the session in order, and fails if the server said anything that nobody asked for. */
  async stop(): Promise<void> {
    await this.request('shutdown');
    this.notify('exit');
    assert.equal(await this.exited, 0, this.stderr);
    assert.deepEqual(this.unexpected, []);
  }

  /** Ends the session as told, and gives the exit code. */
  exit(): Promise<number | null> {
    this.notify('exit');
    return this.exited;
  }

  private send(message: object): void {
    const body = Buffer.from(JSON.stringify(message));
    this.child.stdin?.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.child.stdin?.write(body);
  }

  private receive(chunk: Buffer): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const head = this.received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.received.toString('latin1', 0, head))?.[1]);
      const end = head + 4 + length;
      if (this.received.length < end) return;
      const message: Message = JSON.parse(this.received.toString('utf8', head + 4, end));
      this.received = this.received.subarray(end);
      this.handle(message);
    }
  }

  private handle(message: Message): void {
    const { id, method, params } = message;
    if (method === undefined) {
      if (id !== undefined) this.waiting.get(id)?.(message);
    } else if (id !== undefined) this.send({ jsonrpc: '2.0', id, result: this.answer(method, params) });
    else if (method === 'textDocument/publishDiagnostics') this.published.push(params);
    else if (method.startsWith('irqtopo/')) this.notified.push({ method, params });
    else this.unexpected.push(`${method} ${JSON.stringify(params)}`);
    for (const look of [...this.watching]) look();
  }

  private answer(method: string, params: { readonly items: readonly unknown[] }): unknown {
    if (method === 'workspace/configuration') return params.items.map(() => this.configuration);
    if (method === 'client/registerCapability' || method === 'workspace/diagnostic/refresh') {
      this.notified.push({ method, params });
      return null;
    }
    if (this.answers.has(method)) {
      this.notified.push({ method, params });
      return this.answers.get(method);
    }
    this.unexpected.push(method);
    return null;
  }
}
