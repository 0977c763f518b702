import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../server/src/syntax/edits.ts';
import { parse } from '../../server/src/syntax/parser.ts';
import { diffEdit, reparse } from '../../server/src/syntax/reparse.ts';
import type { Body, Span, Statement, Tree } from '../../server/src/syntax/tree.ts';
import { anyText, damaged, edit, piece, placed, SPEC, soup } from './syntax-texts.ts';

/** Every character belongs to exactly one statement, and everything in a statement lies in it. */
function expectTiled(tree: Tree): void {
  const fault = tree.root.width === tree.text.length ? faultOf(tree.root) : 'the root is not as wide as the text';
  expect(fault === undefined ? undefined : `${fault} in ${JSON.stringify(tree.text)}`).toBeUndefined();
}

/** As texts: that is many times faster, and the order of the fields is the same. */
const expectSame = (tree: Tree, expected: Tree) => expect(JSON.stringify(tree)).toBe(JSON.stringify(expected));

function faultOf(body: Body): string | undefined {
  if (body.starts.length !== body.statements.length) return 'not as many starts as statements';
  let at = 0;
  for (const [i, statement] of body.statements.entries()) {
    const here = `${statement.node} at ${at}`;
    if (body.starts[i] !== at) return `${here}: a gap`;
    if (statement.width <= 0) return `${here}: empty`;
    at += statement.width;
    const stray = spansOf(statement).find(({ from, to }) => from < 0 || to < from || to > statement.width);
    if (stray !== undefined) return `${here}: a span of ${stray.from}..${stray.to} in ${statement.width}`;
    if (statement.node !== 'block' || statement.body === undefined || statement.braces === undefined) continue;
    const { braces, closed } = statement;
    if (braces.from + 1 + statement.body.width + (closed ? 1 : 0) !== braces.to)
      return `${here}: a body not as wide as its braces`;
    const inner = faultOf(statement.body);
    if (inner !== undefined) return inner;
  }
  return at === body.width ? undefined : 'a body not as wide as its statements';
}

function spansOf(statement: Statement): Span[] {
  const found: Span[] = [];
  JSON.stringify(statement, (key, value) => {
    if (key === 'body') return undefined;
    if (typeof value === 'object' && value !== null && 'to' in value && !('is' in value)) {
      if ('span' in value === false && typeof value.from === 'number') found.push(value);
    }
    return value;
  });
  return found;
}

const blockStatements = (body: Body): Statement[] =>
  body.statements.flatMap((s) => (s.node === 'block' && s.body ? [s, ...blockStatements(s.body)] : [s]));

describe('the tree of any text', () => {
  it('tiles it, and no text makes the parser fail', () => {
    fc.assert(
      fc.property(anyText, (text) => expectTiled(parse(text))),
      { numRuns: 1000 },
    );
  });

  it('tiles every prefix of a spec, and the spec without any one of its characters', () => {
    for (let at = 0; at <= SPEC.length; at++) {
      expectTiled(parse(SPEC.slice(0, at)));
      expectTiled(parse(SPEC.slice(0, at) + SPEC.slice(at + 1)));
    }
  });

  it('has no problem where the text has none', () => {
    expect(blockStatements(parse(SPEC).root).flatMap((statement) => statement.problems)).toEqual([]);
  });
});

describe('reparse', () => {
  it('equals a full parse after any sequence of edits', () => {
    fc.assert(
      fc.property(fc.oneof(damaged, soup, fc.constant(SPEC)), fc.array(edit, { maxLength: 6 }), (text, edits) => {
        let tree = parse(text);
        for (const one of edits) {
          tree = reparse(tree, [placed(one, tree.text.length)]);
          expectSame(tree, parse(tree.text));
        }
      }),
      { numRuns: 700 },
    );
  });

  it('equals a full parse while a text is typed and deleted again', () => {
    const typed = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.array(piece, { maxLength: 3 }));
    fc.assert(
      fc.property(typed, ([share, pieces]) => {
        const from = Math.floor(share * SPEC.length);
        let tree = parse(SPEC);
        let at = from;
        for (const char of pieces.join('')) {
          tree = reparse(tree, [{ from: at, to: at, text: char }]);
          at += char.length;
          expectSame(tree, parse(tree.text));
        }
        while (at > from) {
          tree = reparse(tree, [{ from: at - 1, to: at, text: '' }]);
          at--;
          expectSame(tree, parse(tree.text));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('takes edits one after the other, however many', () => {
    fc.assert(
      fc.property(damaged, fc.array(edit, { maxLength: 40 }), (text, edits) => {
        let made = text;
        const sequence = edits.map((one) => {
          const next = placed(one, made.length);
          made = applyEdits(made, [next]);
          return next;
        });
        expectSame(reparse(parse(text), sequence), parse(made));
        expectSame(reparse(parse(text), sequence, made), parse(made));
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the statements that were not touched', () => {
    const old = parse(SPEC);
    const at = SPEC.indexOf('msix = 10') + 'msix = 10'.length;
    const before = new Set(blockStatements(old.root));
    const fresh = blockStatements(reparse(old, [{ from: at, to: at, text: '0' }]).root).filter((s) => !before.has(s));
    expect(fresh.map((s) => (s.node === 'block' ? s.kind.text : s.node === 'property' ? s.key.text : s.node))).toEqual([
      'host-bridge',
      'root-port',
      'pcie-pci-bridge',
      'endpoint',
      'msix',
    ]);
  });
});

describe('diffEdit', () => {
  it('is the edit between two texts', () => {
    fc.assert(fc.property(anyText, anyText, (a, b) => applyEdits(a, [diffEdit(a, b)]) === b));
  });
});
