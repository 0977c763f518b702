import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildModel, type Model } from '../../server/src/model/model.ts';
import { parse } from '../../server/src/syntax/parser.ts';
import { reparse } from '../../server/src/syntax/reparse.ts';
import { FIRST_SPEC, MAIN, modelOf, sourcesOf, told } from '../unit/model/specs.ts';

const SPEC = `${FIRST_SPEC}
device-type fat : nvme { msix = 9; request msix { vectors = 1..9 } }
hotplug endpoint spare[4] : fat
vm guest[2] { assign spare }
`;

/** Pieces of the language, and of what a person types by mistake. */
const piece = fc.constantFrom(
  ...[
    '{',
    '}',
    ';',
    '\n',
    ' ',
    '=',
    ':',
    '[',
    ']',
    '[3]',
    '[0..9]',
    '..',
    '"',
    '/*',
    '//',
    ' at 5',
    ' at 03.0',
    'hotplug ',
  ],
  ...[
    'endpoint e',
    'root-port',
    'nic0',
    'late',
    ' : fat',
    ' : fit',
    'msix = 7',
    'msi = 3',
    'vectors = 5..2',
    'include "x"',
  ],
  ...['0', '99999', '16KiB', 'linux-6.12', 'linux-9.9', 'true', 'its0', 'its1', 'cpu[1]', 'plug ', 'expect ', 'é'],
);
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.nat(12),
  insert: fc.array(piece, { maxLength: 3 }),
});

/** What a person would see of a model. */
const seen = (model: Model) => ({
  told: told(model),
  machine: JSON.stringify(model.machine, (key, value) => (key === 'decl' ? undefined : value)),
});

describe('a model after any edits', () => {
  it('equals one made from the text alone, and points into it', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let text = SPEC;
        let tree = parse(text);
        let model = buildModel(sourcesOf({ 'main.irqtopo': text }), MAIN, new Map([[MAIN, tree]]));
        for (const { at, remove, insert } of edits) {
          const from = Math.floor(at * text.length);
          const to = Math.min(from + remove, text.length);
          const change = { from, to, text: insert.join('') };
          text = text.slice(0, from) + change.text + text.slice(to);
          tree = reparse(tree, [change]);
          model = buildModel(sourcesOf({ 'main.irqtopo': text }), MAIN, new Map([[MAIN, tree]]), model);
          expect(seen(model)).toEqual(seen(modelOf(text)));
        }
        for (const problem of model.problems) {
          const { from, to } = model.sourceMap.locate(problem.at).span;
          expect(from >= 0 && from <= to && to <= text.length).toBe(true);
        }
      }),
      { numRuns: 120 },
    );
  });
});
