import {
  DocumentDiagnosticReportKind,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { diagnosticsOf } from '../diagnostics.ts';
import { request } from '../handler.ts';

/** The diagnostics of every file that is open or that an open spec includes. */
export const workspaceDiagnostic = request(
  WorkspaceDiagnosticRequest.type,
  { items: [] },
  async ({ previousResultIds }, session): Promise<WorkspaceDiagnosticReport> => {
    const { workspace, settings } = session;
    const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    for (const uri of new Set([...workspace.uris(), ...workspace.includedUris(), ...known.keys()])) {
      const findings = await workspace.settled(uri);
      const version = workspace.textOf(uri)?.version ?? null;
      const resultId = `${findings.id}/${settings.of(uri).maxNumberOfProblems}`;
      items.push(
        known.get(uri) === resultId
          ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId }
          : {
              kind: DocumentDiagnosticReportKind.Full,
              uri,
              version,
              resultId,
              items: diagnosticsOf(session, uri, findings),
            },
      );
    }
    return { items };
  },
);
