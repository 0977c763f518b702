import { setProperty } from '../syntax/edits.ts';
import type { Value } from '../syntax/tree.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf } from './places.ts';

export const acceptValue: Fix = {
  id: 'accept-value',
  rules: ['expectation-failed'],
  safety: 'review',
  doc: 'Writes what the machine did into an `expect` that wants something else.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const { key, got } = finding.facts ?? {};
    if (block === undefined || typeof key !== 'string' || got === undefined) return;
    const text = typeof got === 'number' && isHexadecimal(decl?.values.get(key)) ? hex(got) : `${got}`;
    yield { title: `Expect ${key} = ${text}, as it is now`, edits: setProperty(context.tree, block, key, text) };
  },
};

function isHexadecimal(value: Value | undefined): boolean {
  switch (value?.is) {
    case 'number':
      return value.hexadecimal;
    case 'range':
      return isHexadecimal(value.from);
    case 'list':
      return isHexadecimal(value.items[0]);
    default:
      return false;
  }
}

const hex = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`;
