/** Fixes that put a finding's own `replacement` in place: whoever found the problem also knew the right text. */
import type { Finding } from '../rules/rule.ts';
import type { FixContext } from './context.ts';
import type { Proposal } from './fix.ts';

/** The replacement as a proposal; none when the finding carries none, or an empty one. */
export function* replaceBy(
  finding: Finding,
  context: FixContext,
  title: (was: string, becomes: string) => string,
): Iterable<Proposal> {
  if (!finding.replacement) return;
  const { uri, span } = context.locate(finding.at);
  if (uri !== context.uri) return;
  const was = context.tree.text.slice(span.from, span.to);
  yield { title: title(was, finding.replacement), edits: [{ ...span, text: finding.replacement }] };
}
