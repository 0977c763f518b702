import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { irqtopo, temporaryFolder } from './terminal.ts';

const MACHINE = `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 { endpoint nic : virtio-net-pci { expect { vectors = 3 } } }
}
`;
const SCENARIOS = `scenario "goes and comes" { remove nic; probe nic; expect nic { vectors = 3 } }
scenario "goes twice" {
  remove nic
  remove nic
}
scenario "wants more" {
  expect nic { vectors = 4; mode = msix }
}
scenario "wants a failure" {
  remove nic
  remove nic
  expect nic { error = ENODEV }
}
`;

const folder = temporaryFolder();
afterAll(folder.remove);
beforeAll(() => {
  folder.put('good/a.irqtopo', `${MACHINE}scenario "stays" { expect nic { mode = msix } }\n`);
  folder.put('mixed/b.irqtopo', MACHINE + SCENARIOS);
  folder.put('mixed/lib.irqtopo', 'device-type card : nvme {}\n');
  folder.put('mixed/c.irqtopo', `${MACHINE}scenario "misspelt" { expect nci { vectors = 3 } }\n`);
  folder.put('broken/d.irqtopo', `${MACHINE}endpont x\nscenario "stays" { expect nic { mode = msix } }\n`);
  folder.put('none/e.irqtopo', 'machine m { os = linux-6.12 }\n');
});

const ran = (...args: string[]) => irqtopo(folder.path, ['test', ...args]);
const withoutTimes = (text: string) => text.replace(/\d+(\.\d+)? m?s\b/g, 'N ms');

describe('irqtopo test', () => {
  it('ends with 0 where all pass', async () => {
    const { code, out, err } = await ran('good');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(withoutTimes(out)).toBe(
      [
        'good/a.irqtopo',
        '  ✓ at boot (1 expectation, N ms)',
        '  ✓ stays (2 steps, 1 expectation, N ms)',
        '',
        '2 tests of 1 spec: 2 passed (N ms)',
        '',
      ].join('\n'),
    );
  });
  it('ends with 1 where a test fails; a step that fails unexpectedly is a failure, one that is expected is none', async () => {
    const { code, out } = await ran('mixed/b.irqtopo');
    expect(code).toBe(1);
    expect(
      out
        .split('\n')
        .filter((line) => /^ {2}[✓✗] /.test(line))
        .map(withoutTimes),
    ).toEqual([
      '  ✓ at boot (1 expectation, N ms)',
      '  ✓ goes and comes (4 steps, 1 expectation, N ms)',
      '  ✗ goes twice (3 steps, no expectations, N ms)',
      '  ✗ wants more (2 steps, 2 expectations, N ms)',
      '  ✓ wants a failure (4 steps, 1 expectation, N ms)',
    ]);
    expect(withoutTimes(out)).toContain('5 tests of 1 spec: 2 failed, 3 passed (N ms)\n');
  });
  it('says of a failure where it is, what was expected, what came, and why', async () => {
    const { out } = await ran('mixed/b.irqtopo');
    expect(out).toContain(
      [
        '✗ mixed/b.irqtopo: wants more, step 2',
        'nic: expected vectors = 4, got 3 (it holds 3 vectors of MSI-X; the table of DeviceID 0x0100 has 4 events)',
        '  --> mixed/b.irqtopo:12:26',
        '   |',
        '12 |   expect nic { vectors = 4; mode = msix }',
        '   |                          ^',
        '   = expected: 4',
        '   =      got: 3',
        '   =  because: nic is 01:00.0, requester ID 0x0100 (mixed/b.irqtopo:4:27)',
        '   =  because: 0x0100 is DeviceID 0x0100: no msi-map entry moves it (mixed/b.irqtopo:4:27)',
        '   =  because: its driver asks for MSI-X 3: 3 granted (mixed/b.irqtopo:4:27)',
      ].join('\n'),
    );
    expect(out).toContain('   =     help: Expect vectors = 3, as it is now\n');
    expect(out).toContain('✗ mixed/b.irqtopo: goes twice, step 3\nnic has no driver to remove\n');
  });
  it('does not pass an expectation of something that is not there', async () => {
    const { code, out } = await ran('mixed/c.irqtopo');
    expect(code).toBe(1);
    expect(out).toContain('  ✗ misspelt (1 step, no expectations');
    expect(out).toContain('nci');
  });
  it('does not pass a spec in which something is not understood', async () => {
    const { code, out } = await ran('broken');
    expect(code).toBe(1);
    expect(out).toContain('  ✗ everything in it is understood\n');
    expect(out).toContain('  ✓ stays (');
  });
  it('passes where there is no test, and says so', async () => {
    expect(await ran('none')).toEqual({ code: 0, out: '1 spec read, no test in it\n', err: '' });
    expect((await ran('mixed/lib.irqtopo')).code).toBe(0);
  });
  it('ends with 2 where something cannot be read, and tests the rest', async () => {
    const { code, out, err } = await ran('good', 'nowhere.irqtopo');
    expect(code).toBe(2);
    expect(err).toBe('irqtopo: nowhere.irqtopo does not exist\n');
    expect(out).toContain('2 passed');
  });
  it.each(['0/2', '3/2', '1', '1/0', 'a/b', '1/2/3', '-1/2'])('refuses the shard %s with 2', async (shard) => {
    const { code, out, err } = await ran('good', `--shard=${shard}`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`'${shard}' is invalid`);
  });
  it('uses colours and progress on a terminal only', async () => {
    const { out, err } = await irqtopo(folder.path, ['test', 'mixed'], true);
    expect(out).toContain('\x1b[32m✓');
    expect(err.endsWith('\r\x1b[K')).toBe(true);
    const piped = await ran('mixed');
    expect(piped.out).not.toContain('\x1b');
    expect(piped.err).toBe('');
  });
});

describe('shards', () => {
  const points = async (...args: string[]) => {
    const { out } = await ran('.', '--format', 'tap', ...args);
    return out.split('\n').flatMap((line) => /^(?:not )?ok \d+ - (.*?) # time/.exec(line)?.[1] ?? []);
  };
  it.each([1, 2, 3, 4, 7, 30])(
    '%i of them are together all tests, each once, and the same each time',
    async (count) => {
      const all = await points();
      expect(all.length).toBeGreaterThan(8);
      const parts: string[] = [];
      for (let i = 1; i <= count; i++) {
        const part = await points('--shard', `${i}/${count}`);
        expect(await points('--shard', `${i}/${count}`)).toEqual(part);
        parts.push(...part);
      }
      expect(parts).toEqual(all);
    },
  );
  it('names its part', async () => {
    expect((await ran('good', '--shard', '2/2')).out).toContain('shard 2/2: 1 test of 1 spec: 1 passed');
  });
});
