import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSourceMap } from '../../server/src/model/source-map.ts';
import { parse } from '../../server/src/syntax/parser.ts';
import { reparse } from '../../server/src/syntax/reparse.ts';
import type { Block, Body, Tree } from '../../server/src/syntax/tree.ts';
import { edit, placed, SPEC } from './syntax-texts.ts';

const MAIN = 'file:///main.irqtopo';
const INCLUDED = 'file:///included.irqtopo';

const included = parse(
  'host-bridge other { root-port p { endpoint e } }\ndevice-type t { request msix { vectors = 2 } }\n',
);

/** Every block with the place where it starts, told the long way. */
function standing(uri: string, { statements, starts }: Body, from = 0): { block: Block; uri: string; start: number }[] {
  return statements.flatMap((block, i) => {
    if (block.node !== 'block') return [];
    const start = from + (starts[i] ?? Number.NaN);
    const inner = block.body && block.braces ? standing(uri, block.body, start + block.braces.from + 1) : [];
    return [{ block, uri, start }, ...inner];
  });
}

const filesOf = (tree: Tree) =>
  new Map([
    [MAIN, tree],
    [INCLUDED, included],
  ]);

const allOf = (tree: Tree) => [...standing(MAIN, tree.root), ...standing(INCLUDED, included.root)];

describe('the source map', () => {
  it('finds the blocks of each version of a text, whichever version was asked before, and no others', () => {
    const questions = fc.array(fc.record({ version: fc.nat(), block: fc.nat() }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), questions, (edits, asked) => {
        const trees = [parse(SPEC)];
        for (const random of edits) {
          const last = trees.at(-1) ?? included;
          trees.push(reparse(last, [placed(random, last.text.length)]));
        }
        const versions = trees.map((tree) => ({ all: allOf(tree), map: makeSourceMap(filesOf(tree)) }));
        const everyBlock = versions.flatMap(({ all }) => all.map(({ block }) => block));
        for (const { version, block } of asked) {
          const { all, map } = versions[version % versions.length] ?? { all: [], map: makeSourceMap(new Map()) };
          const wanted = everyBlock[block % everyBlock.length];
          if (wanted === undefined) throw new Error('the included file has blocks');
          const there = all.find((one) => one.block === wanted);
          expect(map.startOf(wanted)).toEqual(there && { uri: there.uri, start: there.start });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds every block after an edit of any of them', () => {
    let tree = parse(SPEC);
    for (const { start } of allOf(tree)) {
      const at = Math.min(start, tree.text.length);
      tree = reparse(tree, [{ from: at, to: at, text: '\nmachine added { }\n' }]);
      const map = makeSourceMap(filesOf(tree));
      for (const { block, uri, start: expected } of allOf(tree)) {
        expect(map.startOf(block)).toEqual({ uri, start: expected });
      }
    }
  });
});
