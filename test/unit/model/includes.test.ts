import { describe, expect, it } from 'vitest';
import { buildModel } from '../../../server/src/model/model.ts';
import { MAIN, sourcesOf, told } from './specs.ts';

const build = (files: Readonly<Record<string, string | 'pending'>>) => buildModel(sourcesOf(files), MAIN);
const filesOf = (model: ReturnType<typeof build>) =>
  [...model.files.keys()].map((uri) => uri.slice('file:///specs/'.length));

describe('include', () => {
  it('makes one spec of several files, each read once', () => {
    const model = build({
      'main.irqtopo': 'include "a.irqtopo"\ninclude "lib/b.irqtopo"\nhost-bridge h { endpoint e : fat }',
      'a.irqtopo': 'include "lib/b.irqtopo"\nmachine m { os = linux-6.1 }',
      'lib/b.irqtopo': 'include "../c.irqtopo"\ndevice-type fat : nvme { msix = 9 }',
      'c.irqtopo': 'vm guest',
    });
    expect(told(model)).toEqual([]);
    expect(filesOf(model)).toEqual(['main.irqtopo', 'a.irqtopo', 'lib/b.irqtopo', 'c.irqtopo']);
    expect(model.machine).toMatchObject({ rules: '6.1', vms: [{ name: 'guest' }], complete: true });
    expect(model.machine.hostBridges[0]?.children[0]?.capabilities.msix).toBe(9);
    expect(model.top.map(({ kind }) => kind)).toEqual(['vm', 'device-type', 'machine', 'host-bridge']);
  });

  it('points at the file a problem is in', () => {
    const model = build({ 'main.irqtopo': 'include "a.irqtopo"\nvm g', 'a.irqtopo': '\n\nvm g' });
    expect(told(model)).toEqual(['duplicate-node-id @ g: g is already the name of another vm']);
    const [problem] = model.problems;
    expect(problem && model.sourceMap.locate(problem.at)).toEqual({ uri: MAIN, span: { from: 23, to: 24 } });
    const [first] = problem?.related ?? [];
    expect(first && model.sourceMap.locate(first.at)).toEqual({
      uri: 'file:///specs/a.irqtopo',
      span: { from: 5, to: 6 },
    });
  });

  it('may not lead round in a circle', () => {
    const model = build({
      'main.irqtopo': 'include "a.irqtopo"',
      'a.irqtopo': 'include "b.irqtopo"',
      'b.irqtopo': 'include "a.irqtopo"\ninclude "main.irqtopo"\ninclude "b.irqtopo"',
    });
    expect(told(model)).toEqual([
      'include-outside @ "a.irqtopo": "a.irqtopo" includes this file in turn',
      'include-outside @ "main.irqtopo": "main.irqtopo" includes this file in turn',
      'include-outside @ "b.irqtopo": "b.irqtopo" includes itself',
    ]);
    const chain = model.problems.map(({ related }) => related?.map(({ at }) => model.sourceMap.locate(at).uri));
    expect(chain).toEqual([['file:///specs/a.irqtopo'], [MAIN, 'file:///specs/a.irqtopo'], []]);
  });

  it.each([
    ['/etc/passwd', 'is absolute; a path counts from the file it stands in'],
    ['file:///etc/passwd', 'is absolute; a path counts from the file it stands in'],
    ['C:/x', 'is absolute; a path counts from the file it stands in'],
    ['../../x', 'leads out of the workspace folder'],
    ['nope', 'does not exist'],
    ['', 'names no file'],
  ])('refuses %s', (path, reason) => {
    const model = build({ 'main.irqtopo': `include "${path}"\nhost-bridge h { endpoint e : later }` });
    // What is not found may be declared in the file that is missing.
    expect(told(model)).toEqual([`include-outside @ "${path}": "${path}" ${reason}`]);
  });

  it('proposes / for a backslash', () => {
    const model = build({ 'main.irqtopo': 'include "lib\\\\a.irqtopo"' });
    expect(model.problems[0]).toMatchObject({ rule: 'include-outside', replacement: '"lib/a.irqtopo"' });
  });

  it('waits for a file that is to come', () => {
    const model = build({ 'main.irqtopo': 'include "a.irqtopo"\nscenario s { probe x }', 'a.irqtopo': 'pending' });
    expect(told(model)).toEqual([]);
    expect(model.pending).toBe(true);
  });

  it('follows a chain of many files and stops at its limit', () => {
    const files: Record<string, string> = { 'main.irqtopo': 'include "0"' };
    for (let i = 0; i < 1100; i++) files[i] = `include "${i + 1}"`;
    const model = build(files);
    expect(told(model)).toEqual([
      'limit-exceeded @ "999": Files of one spec: 1001 is over the limit of 1000; the rest is checked',
    ]);
  });
});

describe('a main file', () => {
  it('that cannot be read has an empty model', () => {
    const model = build({});
    expect(told(model)).toEqual([`include-outside @ : "${MAIN}" does not exist`]);
    expect(model.machine.complete).toBe(false);
  });

  it('without machine and host-bridge is a library', () => {
    expect(build({ 'main.irqtopo': 'device-type fat { msix = 3 }' }).machine.complete).toBe(false);
    expect(build({ 'main.irqtopo': 'machine m' }).machine.complete).toBe(true);
    expect(build({ 'main.irqtopo': 'host-bridge h' }).machine.complete).toBe(true);
  });

  it('that is a library may name what the spec that includes it declares', () => {
    const library = 'device-type fat : base { msi = 3 }\nscenario s { plug nic }';
    expect(told(build({ 'main.irqtopo': library }))).toEqual([
      'msi-count-not-power-of-two @ 3: MSI count 3 is invalid; the capability allows 1, 2, 4, 8, 16 or 32',
    ]);
    expect(told(build({ 'main.irqtopo': `${library}\nmachine m` })).map((one) => one.split(':')[0])).toEqual([
      'msi-count-not-power-of-two @ 3',
      'unresolved-reference @ base',
      'unresolved-reference @ nic',
    ]);
  });
});
