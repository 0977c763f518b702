/** Tells clients to ask again for what they ask for after an edit only: hints and lenses. */
import { CodeLensRefreshRequest } from 'vscode-languageserver';
import type { Session } from './session.ts';

/** A spec was checked. What there is to say of it may be new although its own text is not: an included file has changed. */
export type Refresh = (session: Session, mainUri: string) => void;

export function makeRefresher(): Refresh {
  const checked = new Map<string, number>();
  return ({ workspace, client, connection, log }, uri) => {
    const version = workspace.textOf(uri)?.version;
    const before = checked.get(uri);
    if (version === undefined) checked.delete(uri);
    else checked.set(uri, version);
    if (version === undefined || version !== before) return;
    const failed = (error: unknown) => log(`refreshing ${uri}: ${error}`);
    if (client.refreshesInlayHints) connection.languages.inlayHint.refresh().catch(failed);
    if (client.refreshesCodeLenses) connection.sendRequest(CodeLensRefreshRequest.type).catch(failed);
  };
}
