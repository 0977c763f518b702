/** The pipeline's result for one main file: an immutable snapshot. The only thing ide/, cli/ and interop/ call. */

import type { Model } from '../model/model.ts';
import type { RuleContext } from '../rules/context.ts';
import type { NodeFindings } from '../rules/node-findings.ts';
import type { Finding, Place, Severity } from '../rules/rule.ts';
import type { Span, TextEdit, Tree } from '../syntax/tree.ts';

export type { Sources } from '../model/sources.ts';

export interface Analysis extends RuleContext {
  readonly uri: string;
  readonly model: Model;
  /** Main file first, then included ones in the order read. */
  readonly files: ReadonlyMap<string, Tree>;
  /** All findings of the main file and of what it includes, by file and place. */
  readonly findings: readonly LocatedFinding[];
  readonly locate: (place: Place) => { readonly uri: string; readonly span: Span };
  /** For the analysis of a later version. */
  readonly inNodes: NodeFindings;
}

export interface LocatedFinding {
  readonly finding: Finding;
  readonly severity: Severity;
  readonly uri: string;
  readonly span: Span;
}

/** A fix that was proved: the edited text, analysed again, has lost the finding and gained none. */
export interface ProvedFix {
  readonly fix: string;
  readonly title: string;
  readonly safety: 'safe' | 'review';
  readonly uri: string;
  readonly edits: readonly TextEdit[];
  /** All findings of the file that are gone afterwards. */
  readonly solves: readonly LocatedFinding[];
}
