/** What a fix may read: everything the rules saw, and the text it would edit. */
import type { RuleContext } from '../rules/context.ts';
import type { Place } from '../rules/rule.ts';
import type { Span, Tree } from '../syntax/tree.ts';

export interface FixContext extends RuleContext {
  /** The file the finding stands in. */
  readonly uri: string;
  readonly tree: Tree;
  /** Absolute span of a place, and the file it is in. */
  readonly locate: (place: Place) => { readonly uri: string; readonly span: Span };
}
