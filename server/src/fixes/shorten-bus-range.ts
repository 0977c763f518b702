import { setProperty } from '../syntax/edits.ts';
import type { Fix } from './fix.ts';
import { blockOf, declOf, fact } from './places.ts';

export const shortenBusRange: Fix = {
  id: 'shorten-bus-range',
  rules: ['ecam-bus-range-shrunk'],
  safety: 'review',
  doc: 'Ends `bus-range` where the ECAM window ends, as Linux does.',
  *propose(finding, context) {
    const decl = declOf(finding);
    const block = decl && blockOf(context, decl);
    const [first, last] = [fact(finding, 'first'), fact(finding, 'shrunkTo')];
    if (block === undefined || first === undefined || last === undefined || last < first) return;
    const range = `${first}..${last}`;
    yield {
      title: `Shorten bus-range to ${range} (no bus is lost)`,
      edits: setProperty(context.tree, block, 'bus-range', range),
    };
  },
};
