import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { irqtopo, temporaryFolder } from './terminal.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'samples');
const folder = temporaryFolder();
afterAll(folder.remove);

const small = `machine m { os = linux-6.12; vmm = qemu-10.0 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 16MiB
  root-port rp[4]
}
hotplug endpoint disk[6] : virtio-blk-pci
scenario "asserts the free slots" { expect { free-slots = 4 } }
`;

describe('irqtopo capacity', () => {
  it('says how many more fit below a bridge, what stops them, and a proved relief', async () => {
    const { code, out, err } = await irqtopo(SAMPLES, ['capacity', 'shared-bridge.irqtopo']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('nic1 : virtio-net-pci, below br0\n  fit         0, of 1 declared\n');
    expect(out).toContain('events: the table of DeviceID 0x0200 has 1 of 8 events free; it asks for 3');
    expect(out).toContain('Give nic1 a root port of its own (1 more port and bus): then 1 fits, stopped by slots');
  });
  it('says how many root ports the machine can hold, and how much of the ECAM they take', async () => {
    const { out } = await irqtopo(SAMPLES, ['capacity', 'shared-bridge.irqtopo']);
    // 30 free slots of eight, and seven more functions beside rp0; buses 0, 1 and 2 are taken.
    expect(out).toContain('fit         247 more (248 in all), 30 of them alone in a slot');
    expect(out).toContain('take        250 of 256 buses (3 now): 250 of 256 MiB of ECAM');
  });
  it('says so as JSON, and finds what helps whatever the scenarios assert', async () => {
    folder.put('small.irqtopo', small);
    const { code, out } = await irqtopo(folder.path, ['capacity', '--format', 'json', 'small.irqtopo']);
    expect(code).toBe(0);
    const { version, candidates, rootPorts } = JSON.parse(out);
    expect(version).toBe(1);
    expect(candidates).toMatchObject([
      { name: 'disk', declared: 6, fit: 4, stop: { resource: 'slots' }, relief: { fix: 'add-root-ports', fit: 6 } },
    ]);
    expect(rootPorts).toMatchObject([
      {
        hostBridge: 'pcie0',
        fit: 11,
        stop: { resource: 'buses' },
        buses: { inUse: 5, withPorts: 16, total: 16 },
        relief: { fix: 'enlarge-ecam', fit: 27 },
      },
    ]);
  });
  it('says what it cannot ask', async () => {
    expect(await irqtopo(folder.path, ['capacity', 'none.irqtopo'])).toEqual({
      code: 2,
      out: '',
      err: 'irqtopo: none.irqtopo does not exist\n',
    });
  });
});
