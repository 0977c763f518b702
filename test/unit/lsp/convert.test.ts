import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseEncoding, offsetAt, positionAt, withEdit, withLines } from '../../../server/src/lsp/convert.ts';

const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', 'é', '😀', ' ', '{'), maxLength: 40 });

describe('offsets and positions', () => {
  it('lines after an edit are those of the new text', () => {
    fc.assert(
      fc.property(text, text, fc.nat(), fc.nat(), (before, inserted, a, b) => {
        const [from, to] = [a % (before.length + 1), b % (before.length + 1)].sort((x, y) => x - y) as [number, number];
        const edited = withEdit(withLines(before), { from, to, text: inserted });
        expect(edited).toEqual(withLines(before.slice(0, from) + inserted + before.slice(to)));
      }),
    );
  });

  it.each(['utf-16', 'utf-8', 'utf-32'] as const)('%s: from an offset between characters and back', (encoding) => {
    fc.assert(
      fc.property(text, (whole) => {
        const lined = withLines(whole);
        let offset = 0;
        for (const char of [...whole, '']) {
          const insideLineEnd = whole[offset - 1] === '\r' && whole[offset] === '\n';
          if (!insideLineEnd) expect(offsetAt(lined, positionAt(lined, offset, encoding), encoding)).toBe(offset);
          offset += char.length;
        }
      }),
    );
  });

  it('takes positions outside the text for its ends', () => {
    const lined = withLines('ab\r\nc');
    expect(offsetAt(lined, { line: 0, character: 99 }, 'utf-16')).toBe(2);
    expect(offsetAt(lined, { line: 99, character: 0 }, 'utf-16')).toBe(5);
    expect(positionAt(lined, 99, 'utf-16')).toEqual({ line: 1, character: 1 });
  });

  it('speaks UTF-16 with whoever can', () => {
    expect(chooseEncoding(undefined)).toBe('utf-16');
    expect(chooseEncoding(['utf-8', 'utf-16'])).toBe('utf-16');
    expect(chooseEncoding(['utf-8', 'utf-32'])).toBe('utf-8');
  });
});
