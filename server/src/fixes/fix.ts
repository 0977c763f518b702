/** What a quick-fix is. One file per fix; ./index.ts lists them. A fix only proposes; ../analysis/judge.ts proves. */

import type { Finding } from '../rules/rule.ts';
import type { TextEdit } from '../syntax/tree.ts';
import type { FixContext } from './context.ts';

export interface Fix {
  /** kebab-case, the name of the file. */
  readonly id: string;
  /** The diagnostics it is for. */
  readonly rules: readonly string[];
  /**
   * `safe`: the meaning the author intended is kept, joins `source.fixAll.irqtopo`. `review`: changes the machine.
   */
  readonly safety: 'safe' | 'review';
  /** One sentence for docs and for the CLI. */
  readonly doc: string;
  /** Candidates, least change first. An edit that is not provable is dropped by the judge. */
  readonly propose: (finding: Finding, context: FixContext) => Iterable<Proposal>;
}

export interface Proposal {
  /** Imperative, with the cost: "Give nic0 and nic1 root ports of their own (2 more ports, buses 3..4)". */
  readonly title: string;
  /** Replacements in the finding's file, absolute offsets, not overlapping. */
  readonly edits: readonly TextEdit[];
  /** Worth a try only when none that the fix proposed before was proved: the same thing at a higher price. */
  readonly otherwise?: boolean;
}
