/** The pages of docs/rules, one per rule, and their table of contents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXES } from '../../server/src/fixes/index.ts';
import { RULE_GROUPS } from '../../server/src/rules/index.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import type { Generated } from './list.ts';
import { rulePage, rulesIndex } from './rule-page.ts';

/** The repository, wherever the generator is bundled to: commands run from its root. */
const FIXTURES = join(process.cwd(), 'test/fixtures/rules');

export const RULE_PAGES: readonly Generated[] = [
  { path: 'docs/rules/README.md', make: () => rulesIndex(RULE_GROUPS) },
  ...RULE_GROUPS.flatMap((group) =>
    group.rules.map((rule) => ({
      path: `docs/rules/${rule.id}.md`,
      make: () => rulePage(rule, group, fixtureOf(rule), FIXES),
    })),
  ),
];

function fixtureOf({ id, cannotArise }: Rule): string {
  return cannotArise === undefined ? readFileSync(join(FIXTURES, `${id}.irqtopo`), 'utf8') : '';
}
