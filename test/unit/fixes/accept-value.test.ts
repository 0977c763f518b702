import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../server/src/syntax/edits.ts';
import { analyseText, checkFix, offered } from './check-fix.ts';

const fixes = (text: string) => offered(text, 'expectation-failed', 'accept-value');

/** A machine whose one function expects this at boot. */
const atBoot = (expected: string) => `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci { expect { ${expected} } } }
}
`;
/** The same with a scenario. */
const over = (steps: string) => `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 { hotplug endpoint nic0 : virtio-net-pci }
  root-port rp1 at 02.0 { endpoint nic1 : virtio-net-pci }
}
scenario "s" {
${steps}
}
`;

describe('accept-value', () => {
  it('writes the value that came out', () => {
    checkFix(
      'expectation-failed',
      'accept-value',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci {
      expect { device-id = 0x0200; vectors = 3 } // as on the board
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci {
      expect { device-id = 0x0100; vectors = 3 } // as on the board
    }
  }
}
`,
    );
  });

  it.each([
    ['vectors = 2', ['vectors = 3, as it is now']],
    ['device-id = 512', ['device-id = 256, as it is now']],
    ['events = 4..8', ['events = 3, as it is now', 'events = 3..8, which has room for it']],
    [
      'device-id = 0x0200..0x02ff',
      ['device-id = 0x0100, as it is now', 'device-id = 0x0100..0x02ff, which has room for it'],
    ],
    ['vectors = [1, 4..8]', ['vectors = 3, as it is now', 'vectors = [1, 4..8, 3], which has room for it']],
    ['mode = msi', ['mode = msix, as it is now']],
    ['mode = [msi, intx]', ['mode = msix, as it is now', 'mode = [msi, intx, msix], which has room for it']],
    ['error = ENOSPC', ['error = none, as it is now']],
    ['present = false', ['present = true, as it is now']],
    ['present = 0', ['present = 1, as it is now']],
  ])('at boot, of %s', (expected, titles) => {
    const text = atBoot(expected);
    const found = fixes(text);
    expect(found.map(({ title }) => title)).toEqual(titles.map((title) => `Expect ${title}`));
    for (const { edits } of found)
      expect(analyseText(applyEdits(text, edits)).findings.map((f) => f.severity)).not.toContain('error');
  });

  it.each([
    ['  plug nic0\n  expect nic0 { error = ENOSPC }', 'expect nic0 { error = none }'],
    ['  remove nic1\n  remove nic1\n  expect nic1 { error = none }', 'expect nic1 { error = ENODEV }'],
    ['  expect { vectors = 100..200 }', 'expect { vectors = 5 }'],
    ['  expect gic { lpis = 4 }', 'expect gic { lpis = 6 }'],
    ['  remove nic1\n  expect { failed = 3; error = ENOSPC }', 'expect { failed = 0; error = ENOSPC }'],
  ])('in a scenario, of %j', (steps, becomes) => {
    const text = over(steps);
    const [first] = fixes(text);
    expect(first && applyEdits(text, first.edits)).toContain(becomes);
  });

  it('takes out what cannot be: a first event where there is none', () => {
    const [first] = fixes(over('  expect nic0 { first-event = 0; present = false }'));
    expect(first?.title).toBe('Expect no first-event: there is none');
    const text = over('  expect nic0 { first-lpi = 8192 }');
    const [alone] = fixes(text);
    expect(alone && applyEdits(text, alone.edits)).not.toContain('expect');
  });

  it('has room for each element of an array', () => {
    const text = `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp[3] at 01.0 { endpoint nic : virtio-net-pci { expect { device-id = 0x0100; vectors = 2 } } }
}
`;
    expect(fixes(text).map(({ title }) => title)).toEqual([
      'Expect device-id = [0x0100, 0x0200, 0x0300], as they are now',
      'Expect device-id = 0x0100..0x0300, as they are now',
      'Expect vectors = 3, as it is now',
    ]);
  });
});
