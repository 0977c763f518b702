import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '../../server/src/syntax/parser.ts';
import { formatText } from '../../server/src/syntax/printer.ts';
import type { Body } from '../../server/src/syntax/tree.ts';
import { tokensOf } from '../../server/src/syntax/walk.ts';
import { anyText, SPEC } from './syntax-texts.ts';

/** What a text means: its statements without their positions. */
function meaning(body: Body): unknown {
  return JSON.parse(
    JSON.stringify(
      body.statements.filter(({ node }) => node !== 'blank'),
      (key, value) =>
        POSITIONS.has(key)
          ? undefined
          : key === 'statements'
            ? value.filter((s: { node: string }) => s.node !== 'blank')
            : value,
    ),
  );
}

const POSITIONS = new Set(['span', 'width', 'starts', 'braces', 'equals', 'colon', 'keyword', 'hotplug', 'doc']);

const words = (text: string) => tokensOf(text).map(({ from, to }) => text.slice(from, to));

/** The text with other blanks where blanks are, and none in some places. */
const respaced = fc.array(fc.nat(5), { minLength: 1, maxLength: 50 }).map((choices) => {
  let i = 0;
  return SPEC.replace(
    /[ \t]+(?![^\n]*\*\/)/g,
    (blanks) => [blanks, ' ', '   ', '\t', blanks, ' '][choices[i++ % choices.length] ?? 0] ?? blanks,
  );
});

describe('formatting', () => {
  it('changes no token and no meaning', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, respaced), (text) => {
        const formatted = formatText(text);
        expect(words(formatted)).toEqual(words(text));
        expect(meaning(parse(formatted).root)).toEqual(meaning(parse(text).root));
      }),
      { numRuns: 1000 },
    );
  });

  it('has nothing to do a second time', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, respaced), (text) => {
        const once = formatText(text);
        expect(formatText(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });
});
