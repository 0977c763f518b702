import { insertBeside } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

/** Functions taken out before a migration by one fix: more are another machine. */
const most = 4;

export const unplugBeforeMigration: Fix = {
  id: 'unplug-before-migration',
  rules: ['migration-function-missing', 'migration-function-blocks'],
  safety: 'review',
  doc: 'Unplugs what the other end has no place for, or whose state cannot be sent, before a scenario migrates.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const step = decl && blockOf(context, decl);
    const names = typeof finding.facts?.names === 'string' ? finding.facts.names.split(' ') : [];
    if (step === undefined || names.length === 0 || names.length > most) return;
    if (names.some((name) => !/^[A-Za-z_][A-Za-z0-9_.-]*(\[[0-9]+\])*$/.test(name))) return;
    yield {
      title: `Unplug ${names.join(', ')} before`,
      edits: insertBeside(context.tree, step, names.map((name) => `unplug ${name}`).join('\n'), 'before'),
    };
  },
};
