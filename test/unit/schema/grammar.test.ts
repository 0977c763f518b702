import { describe, expect, it } from 'vitest';
import { textMateGrammar } from '../../../server/src/schema/grammar.ts';
import { KINDS, keywords, propertyKeys } from '../../../server/src/schema/index.ts';

interface Pattern {
  name?: string;
  match?: string;
  begin?: string;
  end?: string;
  captures?: Record<string, { name: string }>;
}
const grammar: { scopeName: string; patterns: Pattern[] } = JSON.parse(textMateGrammar());

/** The innermost scope of every piece of a line, as a TextMate engine finds it: the earliest match, the first of equals. */
function tokens(line: string): [string, string][] {
  const found: [string, string][] = [];
  const push = (text: string, scope: string | undefined) => {
    if (scope !== undefined && text.trim() !== '') found.push([text, scope.replace('.irqtopo', '')]);
  };
  let at = 0;
  while (at < line.length) {
    let best: { match: RegExpExecArray; pattern: Pattern } | undefined;
    for (const pattern of grammar.patterns) {
      const regex = new RegExp(pattern.match ?? pattern.begin ?? '(?!)', 'dg');
      regex.lastIndex = at;
      const match = regex.exec(line);
      if (match && match[0] !== '' && (!best || match.index < best.match.index)) best = { match, pattern };
    }
    if (!best) break;
    const { match, pattern } = best;
    at = match.index + match[0].length;
    if (pattern.end !== undefined) {
      const end = new RegExp(pattern.end, 'g');
      end.lastIndex = at;
      const close = end.exec(line);
      at = close ? close.index + close[0].length : line.length;
      push(line.slice(match.index, at), pattern.name);
    } else if (pattern.captures === undefined) push(match[0], pattern.name);
    else for (const [group, { name }] of Object.entries(pattern.captures)) push(match[Number(group)] ?? '', name);
  }
  return found;
}

describe('the grammar', () => {
  it('colours a header', () => {
    expect(tokens('  hotplug endpoint late[8] : virtio-net-pci at 02.0 { // eight of them')).toEqual([
      ['hotplug', 'storage.modifier.hotplug'],
      ['endpoint', 'storage.type.kind'],
      ['late', 'entity.name.function.block'],
      ['[8]', 'meta.index'],
      [':', 'punctuation.separator.type'],
      ['virtio-net-pci', 'entity.name.type.device'],
      ['at', 'keyword.other.at'],
      ['02.0', 'constant.numeric.address'],
      ['// eight of them', 'comment.line.double-slash'],
    ]);
  });

  it('knows `at` from a name, and names from kinds', () => {
    expect(tokens('root-port at 01.0 {')).toEqual([
      ['root-port', 'storage.type.kind'],
      ['at', 'keyword.other.at'],
      ['01.0', 'constant.numeric.address'],
    ]);
    expect(tokens('endpoint mask { msix = 4 }').slice(0, 3)).toEqual([
      ['endpoint', 'storage.type.kind'],
      ['mask', 'entity.name.function.block'],
      ['msix', 'support.type.property-name'],
    ]);
    expect(tokens('mask mask { entry = 0..7 }').slice(0, 2)).toEqual([
      ['mask', 'keyword.control.step'],
      ['mask', 'variable.other.reference'],
    ]);
  });

  it('colours properties, several on a line', () => {
    expect(tokens('machine guest { os = linux-6.12; vmm = none; cpuz = 0x10; }')).toEqual([
      ['machine', 'storage.type.kind'],
      ['guest', 'entity.name.function.block'],
      ['os', 'support.type.property-name'],
      ['=', 'keyword.operator.assignment'],
      ['linux-6.12', 'support.constant.version'],
      [';', 'punctuation.separator'],
      ['vmm', 'support.type.property-name'],
      ['=', 'keyword.operator.assignment'],
      ['none', 'support.constant.keyword'],
      [';', 'punctuation.separator'],
      ['cpuz', 'variable.other.unknown'],
      ['=', 'keyword.operator.assignment'],
      ['0x10', 'constant.numeric'],
      [';', 'punctuation.separator'],
    ]);
  });

  it('tells numbers, sizes, addresses and ranges apart', () => {
    const values = (text: string) => tokens(`x = ${text}`).slice(2);
    expect(values('256MiB')).toEqual([['MiB', 'keyword.other.unit']]);
    expect(values('8192..8223')).toEqual([
      ['8192', 'constant.numeric'],
      ['..', 'keyword.operator.range'],
      ['8223', 'constant.numeric'],
    ]);
    expect(values('01:00.0..01:1f.7')).toEqual([
      ['01:00.0', 'constant.numeric.address'],
      ['..', 'keyword.operator.range'],
      ['01:1f.7', 'constant.numeric.address'],
    ]);
    expect(values('[0000:02:01.0, 0b1010, "a // b", true]').map(([, scope]) => scope)).toEqual([
      'constant.numeric.address',
      'punctuation.separator',
      'constant.numeric',
      'punctuation.separator',
      'string.quoted.double',
      'punctuation.separator',
      'constant.language.boolean',
    ]);
    expect(values('its0')).toEqual([['its0', 'variable.other.reference']]);
  });

  it('colours comments, requests, includes and steps', () => {
    expect(tokens('/// The guest of the thread.')).toEqual([
      ['/// The guest of the thread.', 'comment.line.documentation'],
    ]);
    expect(tokens('// irqtopo-ignore itt-partial: known').slice(0, 2)).toEqual([
      ['irqtopo-ignore', 'keyword.other.ignore'],
      ['itt-partial', 'entity.name.tag.rule'],
    ]);
    expect(tokens('/* a */ plug late[0]')[0]).toEqual(['/* a */', 'comment.block']);
    expect(tokens('include "lib/types.irqtopo"')).toEqual([
      ['include', 'keyword.control.import'],
      ['"lib/types.irqtopo"', 'string.quoted.double'],
    ]);
    expect(tokens('request msix { vectors = 2..5 }').slice(0, 2)).toEqual([
      ['request', 'storage.type.kind'],
      ['msix', 'support.constant.mode'],
    ]);
    expect(tokens('expect late[0] { error = ENOSPC }')).toEqual([
      ['expect', 'keyword.control.step'],
      ['late', 'variable.other.reference'],
      ['[0]', 'meta.index'],
      ['error', 'support.type.property-name'],
      ['=', 'keyword.operator.assignment'],
      ['ENOSPC', 'support.constant.keyword'],
    ]);
  });

  it.each(KINDS.map((kind) => kind.word))('knows %s', (word) => {
    expect(['storage.type.kind', 'keyword.control.step']).toContain(tokens(`${word} x {`)[0]?.[1]);
    expect(tokens(`${word} x {`)[0]?.[0]).toBe(word);
  });

  it('knows every property key and keyword as a whole', () => {
    for (const key of propertyKeys()) expect(tokens(`  ${key} = 1`)[0]).toEqual([key, 'support.type.property-name']);
    for (const word of keywords()) expect(tokens(`x = ${word}`)[2], word).toEqual([word, 'support.constant.keyword']);
  });

  it('is for the extension of that language', () => {
    expect(grammar.scopeName).toBe('source.irqtopo');
  });
});
