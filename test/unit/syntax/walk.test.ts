import { describe, expect, it } from 'vitest';
import { lineColumnAt, lineTable, offsetAt } from '../../../server/src/syntax/lines.ts';
import { parse } from '../../../server/src/syntax/parser.ts';
import { blockAt, pathAt, tokenAt, tokensOf, walk } from '../../../server/src/syntax/walk.ts';

const SPEC = 'machine m { os = linux-6.1 }\nhost-bridge p {\n  root-port a at 01.0 {\n    msi = 1\n  }\n}\n';

/** First words of the statements around the `|` in a text. */
function around(marked: string): string[] {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  return pathAt(parse(text), offset).map(({ node, start }) =>
    node.node === 'blank' ? 'blank' : (/^[\w-]+/.exec(text.slice(start + node.span.from))?.[0] ?? ''),
  );
}

describe('pathAt', () => {
  it('goes from the top level to the deepest statement', () => {
    expect(around(SPEC.replace('msi', 'm|si'))).toEqual(['host-bridge', 'root-port', 'msi']);
    expect(around(SPEC.replace('linux-6.1', 'linux-6.1|'))).toEqual(['machine', 'os']);
  });
  it('counts the end of a line to its statement', () => {
    expect(around('a = 1|\nb = 2\n')).toEqual(['a']);
    expect(around('a = 1\n|b = 2\n')).toEqual(['b']);
    expect(around('a {|}')).toEqual(['a']);
    expect(around('a { | }')).toEqual(['a', 'blank']);
    expect(around('|')).toEqual([]);
  });
});

describe('blockAt', () => {
  it('is the block whose braces are around the offset, not one whose header is', () => {
    const kindAt = (needle: string) => blockAt(parse(SPEC), SPEC.indexOf(needle))?.node.kind.text;
    expect(kindAt('root-port a')).toBe('host-bridge');
    expect(kindAt('msi')).toBe('root-port');
    expect(kindAt('host-bridge')).toBeUndefined();
  });
});

describe('walk', () => {
  it('visits statements in the order of the text, with the blocks around them', () => {
    const seen: string[] = [];
    walk(parse(SPEC).root, 0, ({ node, start }, parents) => {
      if (node.node !== 'blank') seen.push(`${parents.length} ${SPEC.slice(start + node.span.from).split(/\W/)[0]}`);
      return undefined;
    });
    expect(seen).toEqual(['0 machine', '1 os', '0 host', '1 root', '2 msi']);
  });
  it('leaves out what is inside on request', () => {
    let count = 0;
    walk(parse(SPEC).root, 0, () => {
      count++;
      return false;
    });
    expect(count).toBe(2);
  });
});

describe('tokens', () => {
  it('know what they are', () => {
    const text = 'hotplug endpoint n[4] at 01.0; a = 1MiB..x // c';
    expect(tokensOf(text).map(({ kind, from, to }) => `${kind} ${text.slice(from, to)}`)).toEqual([
      ...['keyword hotplug', 'word endpoint', 'word n', 'punctuation [', 'number 4', 'punctuation ]', 'keyword at'],
      ...['address 01.0', 'key a', 'punctuation =', 'size 1MiB', 'punctuation ..', 'word x'],
    ]);
  });
  it('are found at an offset and at their ends', () => {
    const tree = parse(SPEC);
    const text = (offset: number) => {
      const token = tokenAt(tree, offset);
      return token && SPEC.slice(token.from, token.to);
    };
    expect(text(SPEC.indexOf('01.0'))).toBe('01.0');
    expect(text(SPEC.indexOf('01.0') + 4)).toBe('01.0');
    expect(text(SPEC.indexOf('    msi'))).toBeUndefined();
  });
});

describe('lines', () => {
  it('end with any of the three line ends', () => {
    const text = 'ab\r\nc\rd\n\ne';
    const lines = lineTable(text);
    expect(lines).toEqual([0, 4, 6, 8, 9]);
    expect(lineColumnAt(lines, 1)).toEqual({ line: 0, column: 1 });
    expect(lineColumnAt(lines, 9)).toEqual({ line: 4, column: 0 });
    expect(offsetAt(text, lines, { line: 0, column: 99 })).toBe(2);
    expect(offsetAt(text, lines, { line: 9, column: 0 })).toBe(text.length);
  });
  it('translate there and back', () => {
    const text = 'a\nbc\n\n😀d';
    const lines = lineTable(text);
    for (let at = 0; at <= text.length; at++) expect(offsetAt(text, lines, lineColumnAt(lines, at))).toBe(at);
  });
});
