import {
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  DocumentDiagnosticRequest,
} from 'vscode-languageserver';
import { diagnosticsOf } from '../diagnostics.ts';
import { request } from '../handler.ts';

const NOTHING: DocumentDiagnosticReport = { kind: DocumentDiagnosticReportKind.Full, items: [] };

/** The diagnostics of one file, for clients that ask. Waits until every spec that the file is part of is checked. */
export const documentDiagnostic = request(
  DocumentDiagnosticRequest.type,
  NOTHING,
  async ({ textDocument: { uri }, previousResultId }, session): Promise<DocumentDiagnosticReport> => {
    // A file that changes while it is waited for is waited for anew: what the client gets is of the text as it is then.
    const findings = await session.workspace.settled(uri);
    const resultId = `${findings.id}/${session.settings.of(uri).maxNumberOfProblems}`;
    if (resultId === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
    return { kind: DocumentDiagnosticReportKind.Full, resultId, items: diagnosticsOf(session, uri, findings) };
  },
);
