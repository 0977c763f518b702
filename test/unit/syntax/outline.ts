/** A tree in a few words, for tests to compare. */
import { parse } from '../../../server/src/syntax/parser.ts';
import type { Body, Statement } from '../../../server/src/syntax/tree.ts';

/** A body as one line per statement, indented: what it is and where its problems are. */
export function outline(text: string): string {
  const lines: string[] = [];
  const show = (body: Body, start: number, indent: string) => {
    for (const [i, statement] of body.statements.entries()) {
      const at = start + (body.starts[i] ?? 0);
      if (statement.node !== 'blank') lines.push(`${indent}${shown(statement)}`);
      for (const { rule, span, message, replacement } of statement.problems) {
        const there = JSON.stringify(text.slice(at + span.from, at + span.to));
        const fix = replacement === undefined ? '' : ` → ${replacement}`;
        lines.push(`${indent}! ${rule} at ${there}: ${message}${fix}`);
      }
      if (statement.node === 'block' && statement.body !== undefined && statement.braces !== undefined) {
        show(statement.body, at + statement.braces.from + 1, `${indent}  `);
      }
    }
  };
  show(parse(text).root, 0, '');
  return lines.join('\n');
}

function shown(statement: Statement): string {
  switch (statement.node) {
    case 'block': {
      const { hotplug, kind, name, type, at } = statement;
      const indexes = name?.indexes.map((x) => (x.range ? `[${x.from}..${x.to}]` : `[${x.from}]`)).join('') ?? '';
      const slot = at === undefined ? '' : ` at ${at.value === undefined ? '?' : plain(at.value)}`;
      const label = name === undefined ? '' : ` ${name.quoted ? JSON.stringify(name.text) : name.text}${indexes}`;
      return `${hotplug ? 'hotplug ' : ''}${kind.text}${label}${type ? ` : ${type.text || '?'}` : ''}${slot}`;
    }
    case 'property':
      return `${statement.key.text} = ${plain(statement.value)}`;
    case 'include':
      return `include ${statement.path.text}`;
    default:
      return statement.node;
  }
}

/** A value without its spans. */
function plain(value: unknown): string {
  const { is, ...rest } = JSON.parse(JSON.stringify(value, (key, part) => (key === 'span' ? undefined : part)));
  return `${is}${JSON.stringify(rest)}`;
}
