/** "How many more fit?", where something may be plugged in or ports may be added. */
import type { CodeAction } from 'vscode-languageserver';
import type { Analysis } from '../analysis/analysis.ts';
import type { Span, Tree } from '../syntax/tree.ts';
import { isBlock, pathAt } from '../syntax/walk.ts';
import { TRY_ON } from './capabilities.ts';
import { CAPACITY_COMMAND } from './capacity-protocol.ts';
import { isAboutMachine } from './platform-actions.ts';

/** The action for a spec; none where it is no machine. */
export function capacityActions({ uri, machine }: Analysis): readonly CodeAction[] {
  if (!machine.complete) return [];
  const title = 'How many more fit?';
  return [{ title, kind: TRY_ON, command: { title, command: CAPACITY_COMMAND, arguments: [uri] } }];
}

/** Whether a span stands in a `hotplug` block, or touches what the machine as a whole is. */
export const isAboutCapacity = (tree: Tree, span: Span): boolean =>
  isAboutMachine(tree, span) ||
  pathAt(tree, span.from).some((statement) => isBlock(statement) && statement.node.hotplug !== undefined);
