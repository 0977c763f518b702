/** What a handler of a message is, and what surrounds each: the state of the connection, cancellation, and exceptions. */
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  type ProtocolNotificationType,
  type ProtocolRequestType,
  type RequestType,
  ResponseError,
} from 'vscode-languageserver';
import type { Session } from './session.ts';

/** Where a connection is in its life. `session` comes with `initialize` and goes with `shutdown`. */
export interface Life {
  session: Session | undefined;
  shutDown: boolean;
}

/** One message the server understands. */
export interface Handler {
  readonly method: string;
  readonly register: (connection: Connection, life: Life) => void;
}

/**
 * A request. `empty` is answered when the handler fails by a mistake of ours: the message is logged, the server lives
 * on. An answer that comes after the client has lost interest is not sent.
 */
export function request<P, R, PR, E, RO>(
  type: ProtocolRequestType<P, R, PR, E, RO> | RequestType<P, R, E>,
  empty: R,
  answer: (params: P, session: Session, token: CancellationToken) => R | Promise<R>,
): Handler {
  const { method } = type;
  const register = (connection: Connection, life: Life) =>
    connection.onRequest(method, async (params: P, token: CancellationToken): Promise<R | ResponseError<void>> => {
      const session = life.session;
      if (session === undefined) return refusal(life);
      if (token.isCancellationRequested) return cancelled();
      try {
        const result = await answer(params, session, token);
        return token.isCancellationRequested ? cancelled() : result;
      } catch (error) {
        if (token.isCancellationRequested) return cancelled();
        if (error instanceof ResponseError) return error;
        report(session, method, params, error);
        return empty;
      }
    });
  return { method, register };
}

/** A notification. One that comes before `initialize` is dropped, as the protocol says. */
export function notification<P, RO>(
  type: ProtocolNotificationType<P, RO>,
  act: (params: P, session: Session) => void | Promise<void>,
): Handler {
  const { method } = type;
  const register = (connection: Connection, life: Life) =>
    connection.onNotification(method, async (params: P) => {
      const session = life.session;
      if (session === undefined) return;
      try {
        await act(params, session);
      } catch (error) {
        report(session, method, params, error);
      }
    });
  return { method, register };
}

/** What a request is answered with while there is no session. */
export const refusal = (life: Life): ResponseError<void> =>
  life.shutDown
    ? new ResponseError(ErrorCodes.InvalidRequest, 'The server is shut down')
    : new ResponseError(ErrorCodes.ServerNotInitialized, 'The server is not initialized');

const cancelled = () => new ResponseError<void>(LSPErrorCodes.RequestCancelled, 'cancelled');

function report(session: Session, method: string, params: unknown, error: unknown) {
  const uri = uriIn(params);
  const version = uri === undefined ? undefined : session.workspace.textOf(uri)?.version;
  const where = version === undefined ? '' : ` (version ${version} of ${uri})`;
  session.log(`${method}${where}: ${describe(error)}`);
}

/** An exception with the part of its stack that names functions of ours. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack?.split('\n').slice(0, 5).join('\n') ?? error.message) : String(error);
}

function uriIn(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('textDocument' in params)) return undefined;
  const { textDocument } = params;
  if (typeof textDocument !== 'object' || textDocument === null || !('uri' in textDocument)) return undefined;
  return typeof textDocument.uri === 'string' ? textDocument.uri : undefined;
}
