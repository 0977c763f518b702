import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bracesOf } from '../../server/src/syntax/braces.ts';
import { lex, lexInSlices } from '../../server/src/syntax/lexer.ts';
import type { Token } from '../../server/src/syntax/tokens.ts';
import { anyText, piece } from './syntax-texts.ts';

/** Long enough for several slices. */
const long = fc.array(piece, { minLength: 1000, maxLength: 3000 }).map((pieces) => pieces.join(''));

const shown = ({ tokenType, image, startOffset, endOffset }: Token) =>
  `${tokenType.name} ${image} ${startOffset} ${endOffset}`;

describe('the tokens of a text', () => {
  it('are the same in slices, with the same problems and notes', () => {
    let slices = 0;
    fc.assert(
      fc.property(long, (text) => {
        const whole = lex(text);
        const source = lexInSlices(text);
        const tokens: string[] = [];
        for (let slice = source.next(); slice.length > 0; slice = source.next()) {
          tokens.push(...slice.map(shown));
          slices++;
        }
        expect(tokens).toEqual(whole.tokens.map(shown));
        expect(source.problems).toEqual(whole.problems);
        expect(source.notes).toEqual(whole.notes);
      }),
      { numRuns: 30 },
    );
    expect(slices).toBeGreaterThan(60);
  });
});

describe('the braces of a text', () => {
  it('are those among its tokens', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { opened, closed, balanced } = lex(text);
        expect(bracesOf(text)).toEqual({ missing: opened - closed, balanced });
      }),
      { numRuns: 1000 },
    );
  });
});
