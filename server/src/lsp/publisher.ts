/** Sends diagnostics to clients that do not ask for them. */
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { diagnosticsOf } from './diagnostics.ts';
import type { Session } from './session.ts';

/** Publishes what there is to say about these files, unless a check that concerns them still runs. */
export type Publish = (session: Session, uris: Iterable<string>) => void;

export function makePublisher(): Publish {
  /** What was last said about files that no editor holds, where it was anything: it is said again only when it is new. */
  const said = new Map<string, string>();

  const publish = (session: Session, uri: string) => {
    const findings = session.workspace.findingsIn(uri);
    if (findings === undefined) return;
    const version = session.workspace.textOf(uri)?.version;
    const diagnostics = diagnosticsOf(session, uri, findings);
    if (version === undefined) {
      const content = diagnostics.length === 0 ? NOTHING : JSON.stringify(diagnostics);
      if (content === (said.get(uri) ?? NOTHING)) return;
      if (content === NOTHING) said.delete(uri);
      else said.set(uri, content);
    } else {
      // Once the editor lets go of it, what it was last told must be replaced, whatever that was.
      said.set(uri, 'as the editor held it');
    }
    const params: PublishDiagnosticsParams =
      version === undefined ? { uri, diagnostics } : { uri, version, diagnostics };
    session.connection.sendDiagnostics(params).catch((error) => session.log(`publishing diagnostics: ${error}`));
  };

  return (session, uris) => {
    for (const uri of uris) publish(session, uri);
  };
}

const NOTHING = '[]';
