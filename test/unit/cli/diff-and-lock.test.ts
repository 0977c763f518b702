import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Folder, irqtopo, temporaryFolder } from './terminal.ts';

const machine = (type: string, more = '') => `machine m { os = linux-6.12; vmm = qemu-10.0; machine-type = ${type} }
interrupt-controller gic : gicv3 { its its0 }
host-bridge h {
  root-port p0 at 01.0 { endpoint nic { msix = 4; request msix { vectors = 4 } } }
  root-port p1 at 02.0 { hotplug endpoint disk { msix = 2; request msix { vectors = 2 } } }
${more}}
`;
const scenarios = `scenario grows {
  snapshot empty
  plug disk
  snapshot full
}
scenario again { snapshot empty }
`;

let folder: Folder;
beforeAll(() => {
  folder = temporaryFolder();
  folder.put('a.irqtopo', machine('virt-9.0') + scenarios);
  folder.put('b.irqtopo', machine('virt-9.1', '  root-port p2 at 00.1\n  endpoint rng { msix = 2 }\n'));
  folder.put('lib.irqtopo', 'device-type fast : nvme\n');
});
afterAll(() => folder.remove());

const run = (...args: string[]) => irqtopo(folder.path, args);

describe('irqtopo diff', () => {
  it('finds nothing between a spec and itself', async () => {
    const { code, out } = await run('diff', 'a.irqtopo', 'a.irqtopo');
    expect(code).toBe(0);
    expect(out).toContain('3 functions keep their address and numbers');
    expect(out).toContain('A guest of the first can migrate to the second.');
  });

  it('compares snapshots and the ends of scenarios', async () => {
    const { code, out } = await run('diff', 'a.irqtopo#full', 'a.irqtopo');
    expect(code).toBe(1);
    expect(out).toContain('disk is gone: 0000:02:00.0 device-id=0x0200 mode=msix vectors=2');
    expect((await run('diff', 'a.irqtopo#grows', 'a.irqtopo#full')).code).toBe(0);
    expect((await run('diff', 'a.irqtopo#grows/empty', 'a.irqtopo#again/empty')).code).toBe(0);
  });

  it('tells what breaks a migration, for people and for programs', async () => {
    const { code, out } = await run('diff', 'a.irqtopo', 'b.irqtopo');
    expect(code).toBe(1);
    expect(out).toContain('the machine type is virt-9.0 here and virt-9.1 there');
    const json: unknown = JSON.parse((await run('diff', 'a.irqtopo', 'b.irqtopo', '--format', 'json')).out);
    expect(json).toMatchObject({
      version: 1,
      same: false,
      before: 'a.irqtopo',
      after: 'b.irqtopo',
      migration: { loaded: false },
    });
    expect(json).toHaveProperty('migration.differences.0', {
      is: 'machine-type',
      end: 'refused',
      text: 'the machine type is virt-9.0 here and virt-9.1 there',
    });
  });

  it('says what it does not find', async () => {
    expect(await run('diff', 'a.irqtopo#ful', 'a.irqtopo')).toMatchObject({
      code: 2,
      err: 'irqtopo: a.irqtopo has no snapshot and no scenario ful; did you mean full?\n',
    });
    expect(await run('diff', 'a.irqtopo#empty', 'a.irqtopo')).toMatchObject({
      code: 2,
      err: 'irqtopo: a.irqtopo has several snapshots empty: grows/empty, again/empty\n',
    });
    expect((await run('diff', 'a.irqtopo', 'lib.irqtopo')).err).toContain('describes no machine');
    expect((await run('diff', 'a.irqtopo', 'none.irqtopo')).err).toBe('irqtopo: none.irqtopo does not exist\n');
    expect((await run('diff', 'a.irqtopo')).code).toBe(2);
  });
});

describe('irqtopo lock', () => {
  it('writes what check then compares with, until it is written again', async () => {
    folder.put('board.irqtopo', machine('virt-9.0'));
    const lockFile = join(folder.path, 'board.irqtopo.lock');
    expect(await run('lock', '--diff', 'board.irqtopo')).toMatchObject({ code: 1 });
    expect(existsSync(lockFile)).toBe(false);
    expect(await run('lock', 'board.irqtopo')).toMatchObject({ code: 0, out: 'board.irqtopo.lock: 3 functions\n' });
    expect(readFileSync(lockFile, 'utf8')).toContain(
      'nic address=0000:01:00.0 device-id=0x0100 mode=msix vectors=4 first-event=0 first-lpi=8194 itt-size=4\n',
    );
    expect(await run('check', 'board.irqtopo')).toMatchObject({ code: 0 });
    expect(await run('lock', '--diff', 'board.irqtopo')).toMatchObject({ code: 0, out: '' });

    folder.put('board.irqtopo', machine('virt-9.0').replace('at 01.0', 'at 03.0'));
    const { code, out } = await run('check', 'board.irqtopo');
    expect(code).toBe(1);
    expect(out).toContain('nic is not as in the lock file: address 0000:01:00.0 → 0000:02:00.0');
    expect((await run('lock', '--diff', 'board.irqtopo')).out).toContain('\n+nic address=0000:02:00.0');
    expect((await run('lock', 'board.irqtopo')).out).toMatch(/^board\.irqtopo\.lock: 3 functions, \d changed\n$/);
    expect(await run('check', 'board.irqtopo')).toMatchObject({ code: 0 });
  });

  it('writes nothing for what is no machine', async () => {
    expect(await run('lock', 'lib.irqtopo', 'a.irqtopo')).toMatchObject({ code: 2 });
    expect(existsSync(join(folder.path, 'lib.irqtopo.lock'))).toBe(false);
    expect(existsSync(join(folder.path, 'a.irqtopo.lock'))).toBe(true);
  });
});
