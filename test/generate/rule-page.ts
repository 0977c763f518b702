/** The page of a rule, made from the rule's own text and from its fixture. */
import type { Fix } from '../../server/src/fixes/fix.ts';
import type { RuleGroup } from '../../server/src/rules/index.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { readMarkers, readSections } from '../fixtures/markers.ts';

/**
 * @param fixture text of test/fixtures/rules/ID.irqtopo: the section whose title begins with "failing" is the page's
 *   example, the one that begins with "corrected" shows the way out. Empty for a rule that cannot arise
 */
export function rulePage(rule: Rule, group: RuleGroup, fixture: string, fixes: readonly Fix[]): string {
  const sections = readSections(fixture);
  const example = (start: string): string => findingsBelow(sections.find((s) => s.title.startsWith(start))?.text ?? '');
  const own = fixes.filter((fix) => fix.rules.includes(rule.id));
  return [
    `# ${rule.id}`,
    `**${rule.severity}** · ${group.title}: ${rule.title}`,
    '## What it checks',
    rule.checks.trim(),
    '## Why it fails on the machine',
    rule.why.trim(),
    '## Example',
    rule.cannotArise === undefined
      ? fence(example('failing'))
      : `There is none in this language. ${rule.cannotArise.trim()}`,
    '## Corrected',
    rule.remedy.trim(),
    ...(example('corrected') ? [fence(example('corrected'))] : []),
    ...(own.length > 0
      ? [
          '## Quick-fixes',
          'Each is offered only after the edited text was analysed again and had lost this finding without gaining another.',
          own.map((fix) => `- \`${fix.id}\`: ${fix.doc}`).join('\n'),
        ]
      : []),
    '## References',
    rule.sources.map((source) => `- ${source}`).join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** A spec with its findings as a compiler shows them; what it says of fixes stands in a part of its own. */
function findingsBelow(marked: string): string {
  const { text, markers } = readMarkers(marked.trim());
  const findings = markers.filter(({ what }) => what !== 'fix' && what !== 'hover');
  return text
    .split('\n')
    .flatMap((line, number) => [
      line,
      ...findings
        .filter((marker) => marker.line === number)
        .map(
          ({ from, to, what, text: said }) =>
            `${' '.repeat(from)}${'^'.repeat(Math.max(1, to - from))} ${what} ${said}`,
        ),
    ])
    .join('\n');
}

/** The table of contents of docs/rules. */
export function rulesIndex(groups: readonly RuleGroup[]): string {
  const parts = groups.flatMap((group) => [
    `## ${group.title}`,
    group.rules.map((rule) => `- [${rule.id}](${rule.id}.md) (${rule.severity}): ${rule.title}`).join('\n'),
  ]);
  return `# Rules\n\nEvery diagnostic has a code; this is the list, with a page for each. \`irqtopo explain CODE\` prints the same page.\n\n${parts.join('\n\n')}\n`;
}

const fence = (text: string): string => `\`\`\`irqtopo\n${text}\n\`\`\``;
