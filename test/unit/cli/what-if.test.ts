import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { irqtopo, temporaryFolder } from './terminal.ts';

const SAMPLES = join(import.meta.dirname, '..', '..', '..', 'samples');
const folder = temporaryFolder();
afterAll(folder.remove);

describe('irqtopo show --what-if', () => {
  it('has a column for each model that is asked for', async () => {
    const { code, out } = await irqtopo(SAMPLES, ['show', 'reinsert-driver.irqtopo', '--what-if', 'bulk']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /\| 4\. probe grabber +\| ENOSPC: 17 events left +\| 17 MSI vectors, LPIs [\d–]+, as before +\|\n/,
    );
    expect(out).not.toContain('four phases');
  });
  it('knows the models', async () => {
    const { code, err } = await irqtopo(SAMPLES, ['show', 'reinsert-driver.irqtopo', '--what-if', 'four-phases']);
    expect({ code, err }).toEqual({
      code: 2,
      err: 'irqtopo: there is no model four-phases. Did you mean four-phase?\n',
    });
  });
  it('says where there is nothing to compare', async () => {
    folder.put('x86.irqtopo', 'interrupt-controller apic : x86-apic\nhost-bridge pcie0\n');
    expect((await irqtopo(folder.path, ['show', 'x86.irqtopo', '--what-if', 'all'])).out).toBe(
      'No ITS: there are no events that could live otherwise.\n',
    );
    folder.put('still.irqtopo', 'interrupt-controller gic : gicv3 { its its0 }\nhost-bridge pcie0\n');
    expect((await irqtopo(folder.path, ['show', 'still.irqtopo', '--what-if', 'all'])).out).toContain(
      'No scenario: nothing comes and goes.',
    );
  });
});

describe('irqtopo show', () => {
  it('says what depends on the order of probing', async () => {
    folder.put(
      'shared.irqtopo',
      `machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map-mask = 0xfff8
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }
  endpoint a at 01.0 { msix = 4; request msix { vectors = 1..4 } }
  endpoint b at 01.1 { msix = 2; request msix { vectors = 1..2 } }
}
`,
    );
    const { out } = await irqtopo(folder.path, ['show', 'shared.irqtopo']);
    expect(out).toContain('a: none..4 vectors, depending on the order of probing\n');
  });
});
