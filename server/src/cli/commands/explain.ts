/** `irqtopo explain`: a rule's page. */
import pages from 'irqtopo:pages';
import { nearest } from '../../model/nearest.ts';
import { RULE_GROUPS, RULES } from '../../rules/index.ts';
import { CLEAN, type ExitCode, type Terminal, UNUSABLE } from '../terminal.ts';

/** Prints the page of a rule; of none, the list of all. */
export function explain(id: string | undefined, terminal: Terminal): ExitCode {
  if (id === undefined) {
    terminal.out(listOfRules());
    return CLEAN;
  }
  const page = Object.hasOwn(pages, id) ? pages[id] : undefined;
  if (page === undefined) {
    const near = nearest(id, Object.keys(pages));
    const hint = near === undefined ? 'Their list: irqtopo explain' : `Did you mean ${near}?`;
    terminal.err(`irqtopo: there is no rule ${id}. ${hint}\n`);
    return UNUSABLE;
  }
  terminal.out(page.endsWith('\n') ? page : `${page}\n`);
  return CLEAN;
}

function listOfRules(): string {
  const width = Math.max(...RULES.map(({ id }) => id.length));
  const groups = RULE_GROUPS.map(({ title, rules }) =>
    [title, ...rules.map((rule) => `  ${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.title}`)].join('\n'),
  );
  return `${groups.join('\n\n')}\n`;
}
