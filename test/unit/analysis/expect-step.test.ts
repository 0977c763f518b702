import { describe, expect, it } from 'vitest';
import { analyseNow, expectationAt, type Sources } from '../../../server/src/analysis/index.ts';
import { applyEdits } from '../../../server/src/syntax/edits.ts';
import { formatText } from '../../../server/src/syntax/printer.ts';

const URI = 'file:///spec/main.irqtopo';
const sourcesOf = (text: string): Sources => ({
  read: (uri) => (uri === URI ? { text } : { missing: 'does not exist' }),
  resolve: () => ({ refused: 'is not there' }),
});

const GIC = 'machine m { os = linux-6.1; cpus = 4 }\ninterrupt-controller gic : gicv3 { its its0 }';
const APIC = 'machine m { os = linux-6.12; cpus = 4 }\ninterrupt-controller apic : x86-apic';
const spec = (steps: string, controller = GIC) => `${controller}
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      hotplug endpoint late at 02.0 { msix = 10; request msix { vectors = 2..10 } }
    }
  }
  root-port rp[3] at 02.0 { endpoint disk : virtio-blk-pci }
}
scenario "s" {
${steps}
}
`;

/** The steps after the action was taken at the bar; undefined where it is not offered. */
function written(marked: string, controller?: string): string | undefined {
  const offset = spec(marked, controller).indexOf('|');
  const text = spec(marked.replace('|', ''), controller);
  const proved = expectationAt(analyseNow(sourcesOf(text), URI), sourcesOf(text), offset);
  if (proved === undefined) return undefined;
  const after = applyEdits(text, proved.edits);
  const again = analyseNow(sourcesOf(after), URI);
  expect(again.findings.filter(({ finding }) => finding.rule === 'expectation-failed')).toEqual([]);
  expect(formatText(after)).toBe(formatText(formatText(after)));
  return after.slice(after.indexOf('scenario "s" {\n') + 'scenario "s" {\n'.length, after.lastIndexOf('\n}'));
}

describe('an expectation of what a step did', () => {
  it.each([
    ['  plug |late', '  plug late\n  expect late { error = ENOSPC }'],
    ['  unplug nic0|', '  unplug nic0\n  expect nic0 { present = false }'],
    ['  remove n|ic0', '  remove nic0\n  expect nic0 { vectors = 0; lpis = 4 }'],
    [
      '  remove nic0 // goes\n  pr|obe nic0 // comes\n',
      '  remove nic0 // goes\n  probe nic0 // comes\n  expect nic0 { mode = msix; vectors = 3; first-lpi = 8197 }\n',
    ],
    ['  boot|', '  boot\n  expect { vectors = 23; failed = 0 }'],
    ['  remove nic0|\n  remove nic0', '  remove nic0\n  expect nic0 { vectors = 0; lpis = 4 }\n  remove nic0'],
    ['  remove nic0\n  remove |nic0', '  remove nic0\n  remove nic0\n  expect nic0 { error = ENODEV }'],
  ])('%j', (steps, becomes) => expect(written(steps)).toBe(becomes));

  it('says what several functions have in common, or what each has', () => {
    expect(written('  remove |disk')).toBe('  remove disk\n  expect disk { vectors = 0; lpis = 0 }');
    expect(written('  remove disk\n  probe |disk[0..1]')).toMatch(
      /probe disk\[0\.\.1\]\n {2}expect disk\[0\] \{ mode = msix; vectors = 5; first-lpi = \d+ \}\n {2}expect disk\[1\] \{/,
    );
  });

  it('knows what other controllers tell', () => {
    expect(written('  remove nic0\n  |probe nic0', APIC)).toContain('expect nic0 { mode = msix; vectors = 3 }');
    expect(written('  |offline cpu[3]', APIC)).toContain('expect { error = none; failed = 0 }');
  });

  it('is not offered outside of steps, at an expect, and where one follows', () => {
    expect(written('  expect |nic0 { vectors = 3 }')).toBeUndefined();
    expect(written('  remove |nic0\n  expect nic0 { vectors = 0 }')).toBeUndefined();
    const text = spec('  boot');
    const at = (needle: string) =>
      expectationAt(analyseNow(sourcesOf(text), URI), sourcesOf(text), text.indexOf(needle));
    expect(at('nic0')).toBeUndefined();
    expect(at('"s"')).toBeUndefined();
  });
});
