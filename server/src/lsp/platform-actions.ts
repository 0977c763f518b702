/** "Try this tree on …": one action for each other platform. What it opens is made when it is chosen. */
import type { CodeAction } from 'vscode-languageserver';
import type { Analysis } from '../analysis/analysis.ts';
import { PLATFORMS, platformIn } from '../ide/platforms/index.ts';
import type { Span, Tree } from '../syntax/tree.ts';
import { isBlock, located } from '../syntax/walk.ts';
import { TRY_ON } from './capabilities.ts';
import { TRY_ON_COMMAND } from './platform-protocol.ts';

/** The actions for a spec; none where it is no machine. */
export function platformActions(analysis: Analysis): readonly CodeAction[] {
  const { uri, machine } = analysis;
  if (!machine.complete) return [];
  const own = platformIn(analysis);
  return PLATFORMS.filter((platform) => platform !== own).map(({ type }) => {
    const title = `Try this tree on ${type}`;
    return { title, kind: TRY_ON, command: { title, command: TRY_ON_COMMAND, arguments: [uri, type] } };
  });
}

/** Whether a span touches what the machine as a whole is: the header of its block, of a controller or of a host bridge. */
export function isAboutMachine({ root }: Tree, span: Span): boolean {
  for (const statement of located(root, 0)) {
    const { node, start } = statement;
    if (start > span.to) return false;
    if (!isBlock(statement) || !KINDS.has(statement.node.kind.text)) continue;
    const from = start + node.span.from;
    const to = start + (statement.node.braces?.from ?? node.span.to);
    if (from <= span.to && span.from <= to) return true;
  }
  return false;
}

const KINDS: ReadonlySet<string> = new Set(['machine', 'interrupt-controller', 'host-bridge']);
