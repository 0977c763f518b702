import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeSources, projectRootOf, readText } from '../../../server/src/host/node-sources.ts';

let folder: string;
const uriOf = (path: string) => pathToFileURL(join(folder, path)).href;
const put = (path: string, content: string | Buffer) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irqtopo-sources-'));
  put('outside.irqtopo', 'machine other {}');
  mkdirSync(join(folder, 'project', '.git'), { recursive: true });
  put('project/board.irqtopo', 'machine board {}');
  put('project/lib/a b#(1)%.irqtopo', '// é');
  put('project/latin1.irqtopo', Buffer.from('// one\n// caf\xe9 au lait\n', 'latin1'));
  put('project/cut.irqtopo', Buffer.from([0x2f, 0x2f, 0xc3]));
  put('project/marks.irqtopo', Buffer.concat([Buffer.from('// \uFFFD\n// \uFFFD é '), Buffer.from([0xff])]));
  put('project/nul.irqtopo', 'a\nb\0');
  put('project/bom.irqtopo', '\uFEFFmachine m {}');
  symlinkSync('../outside.irqtopo', join(folder, 'project', 'link.irqtopo'));
  symlinkSync('round.irqtopo', join(folder, 'project', 'round.irqtopo'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readText', () => {
  it('reads UTF-8, with or without its mark', () => {
    expect(readText(uriOf('project/board.irqtopo'))).toEqual({ text: 'machine board {}' });
    expect(readText(uriOf('project/bom.irqtopo'))).toEqual({ text: 'machine m {}' });
  });
  it.each([
    ['latin1', 'is not UTF-8: byte 0xe9 in line 2'],
    ['cut', 'is not UTF-8: byte 0xc3 in line 1'],
    ['marks', 'is not UTF-8: byte 0xff in line 2'],
    ['nul', 'is not text: it has a NUL byte in line 2'],
    ['absent', 'does not exist'],
    ['board.irqtopo/x', 'does not exist'],
    ['round', 'is a symbolic link to itself'],
  ])('says why %s has no text', (name, missing) => {
    expect(readText(uriOf(`project/${name}.irqtopo`))).toEqual({ missing });
  });
  it('says that a folder is one, and that a device is no file', () => {
    expect(readText(uriOf('project'))).toEqual({ missing: 'is a folder' });
    expect(readText('file:///dev/null')).toEqual({ missing: 'is not a regular file' });
    expect(readText('untitled:Untitled-1')).toEqual({ missing: 'cannot be read: untitled: is no file on this disk' });
  });
});

describe('nodeSources', () => {
  const resolve = (path: string, from = 'project/lib/x.irqtopo') =>
    nodeSources(uriOf('project')).resolve(uriOf(from), path);

  it('resolves a path against the file it stands in, and may climb inside the root', () => {
    expect(resolve('y.irqtopo')).toEqual({ uri: uriOf('project/lib/y.irqtopo') });
    expect(resolve('../board.irqtopo')).toEqual({ uri: uriOf('project/board.irqtopo') });
  });
  it('takes every character of a path as it is, and encodes it as editors do', () => {
    const found = resolve('a b#(1)%.irqtopo');
    expect(found).toEqual({ uri: `${uriOf('project/lib')}/a%20b%23%281%29%25.irqtopo` });
    expect('uri' in found && nodeSources(uriOf('project')).read(found.uri)).toEqual({ text: '// é' });
  });
  it('does not climb out of the root, by dots or by a link', () => {
    expect(resolve('../../outside.irqtopo')).toEqual({ refused: 'leads out of the project folder' });
    expect(resolve('../../project2/x.irqtopo')).toEqual({ refused: 'leads out of the project folder' });
    expect(resolve('../link.irqtopo')).toEqual({ refused: 'leads out of the project folder by a symbolic link' });
  });
  it("lets an editor's text win over the disk's", () => {
    const uri = uriOf('project/board.irqtopo');
    const sources = nodeSources(uriOf('project'), (asked) => (asked === uri ? 'machine edited {}' : undefined));
    expect(sources.read(uri)).toEqual({ text: 'machine edited {}' });
    expect(sources.read(uriOf('project/bom.irqtopo'))).toEqual({ text: 'machine m {}' });
  });
});

describe('projectRootOf', () => {
  it('is the nearest folder with .git', () => {
    expect(projectRootOf(uriOf('project/lib/x.irqtopo'))).toBe(`${uriOf('project')}/`);
  });
  it("is the file's own folder where there is none", () => {
    expect(projectRootOf(uriOf('outside.irqtopo'))).toBe(`${pathToFileURL(folder).href}/`);
  });
});
