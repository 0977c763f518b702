/** The difference of two specs for people. */
import { createColors } from 'picocolors';
import type { DiffedEnd } from '../../ide/spec-diff.ts';
import type { NumberChange, NumberComparison } from '../../timeline/lock/compare.ts';
import type { DiffReport } from '../commands/diff.ts';
import { printable } from '../printable.ts';

type Colors = ReturnType<typeof createColors>;

/** Each function that differs, how many do not, and what a migration would meet. */
export function diffPretty({ before, after, diff }: DiffReport, withColors: boolean): string {
  const colors = createColors(withColors);
  const { numbers, migration } = diff;
  const width = Math.max(...numbers.changes.flatMap(keysOf).map(({ length }) => length), 0);
  return [
    `${colors.bold(printable(before))} → ${colors.bold(printable(after))}\n`,
    ...(numbers.changes.length === 0
      ? []
      : [numbers.changes.map((change) => functionText(change, width, colors)).join('')]),
    summary(numbers),
    ...migrationText(migration, colors),
  ].join('\n');
}

const keysOf = (change: NumberChange): readonly string[] =>
  change.is === 'changed' ? change.changes.map(({ key }) => key) : [];

function functionText(change: NumberChange, width: number, colors: Colors): string {
  const name = printable(change.name);
  switch (change.is) {
    case 'changed': {
      const lines = change.changes.map(
        ({ key, before, after }) =>
          `    ${key.padEnd(width)}  ${colors.red(before ?? 'none')} → ${colors.green(after ?? 'none')}\n`,
      );
      return `${colors.bold(name)}\n${lines.join('')}`;
    }
    case 'gone':
      return `${colors.bold(name)} ${colors.red('is gone')}: ${valuesText(change.before.values)}\n`;
    case 'new':
      return `${colors.bold(name)} ${colors.green('is new')}: ${valuesText(change.after.values)}\n`;
  }
}

const valuesText = (values: ReadonlyMap<string, string>): string =>
  [...values].map(([key, value]) => (key === 'address' ? value : `${key}=${value}`)).join(' ');

function summary({ changes, kept }: NumberComparison): string {
  const count = (is: NumberChange['is']) => changes.filter((change) => change.is === is).length;
  const parts = [
    `${kept} ${kept === 1 ? 'function keeps its' : 'functions keep their'} address and numbers`,
    ...(['changed', 'gone', 'new'] as const).flatMap((is) => (count(is) === 0 ? [] : [`${count(is)} ${is}`])),
  ];
  return `${parts.join(', ')}\n`;
}

/** What a guest of the first would meet in the second. */
function migrationText(migration: readonly DiffedEnd[], colors: Colors): readonly string[] {
  const ends = [
    ['refused', colors.red('A migration from the first to the second is refused (-EINVAL):')],
    ['lost', colors.red('After a migration from the first to the second interrupts are lost:')],
    ['loaded', colors.yellow('To know before a migration from the first to the second:')],
  ] as const;
  const texts = ends.flatMap(([end, title]) => {
    const lines = migration.filter((one) => one.end === end).map(({ text }) => `  - ${printable(text)}\n`);
    return lines.length === 0 ? [] : [`${title}\n${lines.join('')}`];
  });
  return texts.length > 0 ? texts : ['A guest of the first can migrate to the second.\n'];
}
