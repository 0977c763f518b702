import { describe, expect, it } from 'vitest';
import { definitionAt } from '../../../server/src/ide/definition.ts';
import { occurrenceAt, occurrencesOf } from '../../../server/src/ide/names.ts';
import { renamingAt } from '../../../server/src/ide/rename.ts';
import { applyEdits } from '../../../server/src/syntax/edits.ts';
import { cursorIn, filesOf, MAIN } from './spec.ts';

const resolve = (from: string, path: string) => ({ uri: new URL(path, from).href });
const SPEC = `device-type fast : nvme
host-bridge h { root-port p[2] { endpoint e[2] : fast } }
scenario s {
  plug |e[0][1]
  expect e { vectors = 1 }
}
`;

describe('names', () => {
  it('lead to where they are declared', () => {
    const { text, offset } = cursorIn(SPEC);
    const found = definitionAt(filesOf(text), MAIN, offset, resolve);
    expect(found && text.slice(found.selection.from, found.selection.to)).toBe('e');
    expect(found && text.slice(found.span.from, found.span.to)).toBe('endpoint e[2] : fast');
  });

  it('lead into other files, and from an include to its file', () => {
    const { text, offset } = cursorIn('include "types.irqtopo"\nendpoint e : f|ast\n');
    const files = filesOf(text, { 'types.irqtopo': 'device-type fast : nvme\n' });
    expect(definitionAt(files, MAIN, offset, resolve)).toMatchObject({
      uri: 'file:///spec/types.irqtopo',
      selection: { from: 12, to: 16 },
    });
    expect(definitionAt(files, MAIN, 12, resolve)?.uri).toBe('file:///spec/types.irqtopo');
  });

  it('of steps after a migration lead into the spec that was migrated to, and its path to its file', () => {
    const there = filesOf('host-bridge h { endpoint nic }\n');
    const own =
      'host-bridge h { endpoint nic }\nscenario s {\n  probe nic\n  migrate { to = "there.irqtopo" }\n  remove nic\n}\n';
    const files = filesOf(own);
    const targets = (path: string) => (path === 'there.irqtopo' ? there : undefined);
    const at = (text: string) => definitionAt(files, MAIN, own.lastIndexOf(text) + text.length, resolve, targets);
    expect(at('probe nic')).toMatchObject({ selection: { from: 25, to: 28 } });
    expect(at('remove nic')).toMatchObject({ selection: { from: 25, to: 28 }, uri: [...there.keys()][0] });
    expect(at('"there.irqtopo')?.uri).toBe('file:///spec/there.irqtopo');
    expect(definitionAt(files, MAIN, own.lastIndexOf('nic') + 1, resolve)).toBeUndefined();
    const here = occurrenceAt(files, MAIN, own.indexOf('nic'));
    expect(here && occurrencesOf(files, here.of)).toHaveLength(2);
    expect(occurrenceAt(files, MAIN, own.lastIndexOf('nic'))).toBeUndefined();
  });

  it('are found wherever they stand', () => {
    const { text, offset } = cursorIn(SPEC);
    const files = filesOf(text);
    const here = occurrenceAt(files, MAIN, offset);
    const all = here === undefined ? [] : occurrencesOf(files, here.of);
    expect(all.map(({ span, declares }) => [text.slice(span.from - 5, span.to), declares])).toEqual([
      ['oint e', true],
      ['plug e', false],
      ['pect e', false],
    ]);
  });

  it('are replaced everywhere, quoted where they must be', () => {
    const { text, offset } = cursorIn(SPEC);
    const renamed = (name: string) => {
      const renaming = renamingAt(filesOf(text), MAIN, offset, name);
      return renaming?.ok === true ? applyEdits(text, renaming.edits.get(MAIN) ?? []) : renaming?.reason;
    };
    expect(renamed('disk')).toContain('plug disk[0][1]\n  expect disk {');
    expect(renamed('my disk')).toContain('endpoint "my disk"[2] : fast');
    expect(renamed('p')).toBe('p is already the name of a root-port');
  });
});
