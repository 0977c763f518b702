import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  CodeActionRequest,
  CodeActionTriggerKind,
  LSPErrorCodes,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Analysis, LocatedFinding, ProvedFix } from '../../analysis/analysis.ts';
import { expectationAt, fixAll, fixesOf } from '../../analysis/index.ts';
import { diffEdit } from '../../syntax/reparse.ts';
import type { Span, TextEdit } from '../../syntax/tree.ts';
import { asked, protocolEdits } from '../asking.ts';
import { FIX_ALL, TRY_ON } from '../capabilities.ts';
import { capacityActions, isAboutCapacity } from '../capacity-actions.ts';
import { spanOf } from '../convert.ts';
import { diagnosticOf, SEVERITIES } from '../diagnostics.ts';
import { request } from '../handler.ts';
import type { OpenText } from '../open-text.ts';
import { isAboutMachine, platformActions } from '../platform-actions.ts';
import type { Session } from '../session.ts';

export const codeAction = request(
  CodeActionRequest.type,
  null,
  async (
    { textDocument: { uri }, range, context: { only, triggerKind } },
    session,
    token,
  ): Promise<CodeAction[] | null> => {
    const about = asked(session, uri);
    if (about === undefined || !session.client.codeActionLiterals) return null;
    const analysis = await session.workspace.analysis(uri);
    if (analysis === undefined) return null;
    const actions: CodeAction[] = [];
    const span = spanOf(about.text, range, session.encoding);
    if (wants(only, CodeActionKind.QuickFix)) {
      actions.push(...(await quickFixes(session, about.text, analysis, span, token)));
      // Some clients ask at each move of the cursor; on a very long spec a proof is for those who want it.
      if (triggerKind !== CodeActionTriggerKind.Automatic || about.text.text.length <= PROVED_UNASKED) {
        actions.push(...expectAction(session, about.text, analysis, span));
      }
      actions.push(...lockAction(session, analysis, span));
    }
    // Fixing everything costs an analysis for each step; it is done for those who ask for it, not at each move of the cursor.
    if (only !== undefined && wants(only, FIX_ALL)) actions.push(...fixAllAction(session, about.text, analysis));
    // Where nobody asked for refactorings by name, they are offered only where they are about something.
    if (wants(only, TRY_ON) && (only !== undefined || isAboutMachine(about.tree, span))) {
      actions.push(...platformActions(analysis));
    }
    if (wants(only, TRY_ON) && (only !== undefined || isAboutCapacity(about.tree, span))) {
      actions.push(...capacityActions(analysis));
    }
    return actions;
  },
);

/** UTF-16 code units of a text whose proof takes no longer than a few frames. */
const PROVED_UNASKED = 256 * 1024;

/** Whether a client that asks for `only` these kinds, each with all its sub-kinds, wants one. */
const wants = (only: readonly string[] | undefined, kind: string): boolean =>
  only === undefined || only.some((asked) => asked === '' || kind === asked || kind.startsWith(`${asked}.`));

async function quickFixes(
  session: Session,
  text: OpenText,
  analysis: Analysis,
  span: Span,
  token: CancellationToken,
): Promise<readonly CodeAction[]> {
  const { uri } = text;
  const actions: CodeAction[] = [];
  const offered = new Set<string>();
  const touched = analysis.findings.filter(
    (found) => found.uri === uri && found.span.from <= span.to && span.from <= found.span.to,
  );
  // What is worst is what one wants to be rid of first.
  for (const found of touched.sort((a, b) => SEVERITIES[a.severity] - SEVERITIES[b.severity])) {
    for (const [i, fix] of provedFixes(session, analysis, found).entries()) {
      const key = JSON.stringify([fix.title, fix.edits]);
      if (offered.has(key)) continue;
      offered.add(key);
      actions.push(quickFix(session, text, analysis, found, fix, i === 0));
    }
    await session.giveWay();
    if (token.isCancellationRequested) return [];
    if (session.workspace.textOf(uri) !== text) {
      throw new ResponseError(LSPErrorCodes.ContentModified, 'the text has changed');
    }
  }
  return actions;
}

function quickFix(
  session: Session,
  text: OpenText,
  analysis: Analysis,
  found: LocatedFinding,
  fix: ProvedFix,
  preferred: boolean,
): CodeAction {
  const solved = [found, ...fix.solves.filter((other) => other !== found && other.uri === found.uri)];
  const action: CodeAction = {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: solved.map((located) => diagnosticOf(session, { located, by: analysis })),
    edit: workspaceEdit(session, text, fix.edits),
  };
  return preferred ? { ...action, isPreferred: true } : action;
}

/** Where a number is not as in the lock file: to accept it. No edit of the spec's, so it is the client that writes. */
function lockAction({ client, ...session }: Session, analysis: Analysis, span: Span): readonly CodeAction[] {
  const found = analysis.findings.filter(
    ({ finding, uri, span: own }) =>
      finding.rule.startsWith('lock-') && uri === analysis.uri && own.from <= span.to && span.from <= own.to,
  );
  if (found.length === 0 || client.updateLockCommand === undefined) return [];
  const title = 'Accept in the lock file';
  return [
    {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: found.map((located) => diagnosticOf({ client, ...session }, { located, by: analysis })),
      command: { title, command: client.updateLockCommand, arguments: [analysis.uri] },
    },
  ];
}

const proved = new WeakMap<LocatedFinding, readonly ProvedFix[]>();

/** The fixes of a finding. Clients ask at each move of the cursor; a proof is made once. */
function provedFixes({ workspace }: Session, analysis: Analysis, found: LocatedFinding): readonly ProvedFix[] {
  const known = proved.get(found);
  if (known !== undefined) return known;
  const fixes = fixesOf(analysis, workspace.sourcesOf(analysis.uri), found);
  proved.set(found, fixes);
  return fixes;
}

function expectAction(session: Session, text: OpenText, analysis: Analysis, { from }: Span): readonly CodeAction[] {
  const proved = expectationAt(analysis, session.workspace.sourcesOf(text.uri), from);
  if (proved === undefined) return [];
  const { title, edits } = proved;
  return [{ title, kind: CodeActionKind.QuickFix, edit: workspaceEdit(session, text, edits) }];
}

function fixAllAction(session: Session, text: OpenText, analysis: Analysis): readonly CodeAction[] {
  const fixed = fixAll(analysis, session.workspace.sourcesOf(text.uri));
  if (fixed === text.text) return [];
  const edits = [diffEdit(text.text, fixed)];
  return [{ title: 'Apply all safe fixes', kind: FIX_ALL, edit: workspaceEdit(session, text, edits) }];
}

function workspaceEdit(session: Session, { uri, version }: OpenText, edits: readonly TextEdit[]): WorkspaceEdit {
  const changes = protocolEdits(session, uri, edits);
  return session.client.documentChanges
    ? { documentChanges: [{ textDocument: { uri, version }, edits: changes }] }
    : { changes: { [uri]: changes } };
}
