/** To migrate to a machine like this one changes nothing, then and later; on every controller, whatever happened before. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocationAfter } from '../../server/src/ide/allocation.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import type { Run } from '../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../server/src/timeline/scenario.ts';
import { MAIN, modelOf, told } from '../unit/model/specs.ts';

const controllers = {
  its: 'interrupt-controller gic : gicv3 { id-bits = 14; its its0 }',
  gicv5: 'interrupt-controller gic : gicv5 { its its0 }',
  gicv2m: 'interrupt-controller v2m : gicv2m',
  x86: 'interrupt-controller apic : x86-apic',
  intel: 'interrupt-controller apic : x86-apic { remapping = intel; remapping-entries = 64 }',
  pseries: 'interrupt-controller xive : spapr-dual { machine-version = pseries-7.2 }',
  'old pseries': 'interrupt-controller xics : spapr-xics { machine-version = pseries-3.0 }',
  imsic: 'interrupt-controller imsic : riscv-imsic { identities = 63 }',
} as const;

const machineText = (controller: string, os: string) => `machine board { os = ${os}; cpus = 2 }
${controller}
host-bridge pcie0 {
  root-port p0 at 01.0 { endpoint a { msix = 8 } }
  root-port p1 at 02.0 { endpoint b { msi = 16 } }
  root-port p2 at 03.0 { hotplug endpoint c { msix = 9; request msix { vectors = 3 } } }
  root-port p3 at 04.0
  pcie-pci-bridge br at 08.0 {
    hotplug = none
    endpoint d at 01.0 { msix = 4 }
    endpoint e at 02.0 { msi = 2; request msi { vectors = 1..2 } }
  }
}
hotplug endpoint spare[2] { msix = 2 }
`;

const names = ['a', 'b', 'c', 'd', 'e', 'spare[0]', 'spare[1]'];
const step = fc
  .tuple(fc.constantFrom('plug', 'unplug', 'remove', 'probe', 'disable', 'enable'), fc.constantFrom(...names))
  .map(([word, name]) => `${word} ${name}`);
const steps = fc.array(step, { maxLength: 8 });

function runOf(machine: string, lines: readonly string[]): Run {
  const model = modelOf(`${machine}scenario s {\n${lines.join('\n')}\n}\n`);
  expect(told(model)).toEqual([]);
  const [scenario] = model.machine.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return runScenario(bootMachine(placeMachine(model.machine).topology), scenario);
}

/** Everything that can be seen at the end. */
function endOf(run: Run): unknown {
  const end = run.steps.at(-1)?.state;
  return {
    allocation: allocationAfter(run, run.steps.length - 1),
    places: end?.topology.functions.map(({ parent, device }) => [parent, device]),
    buses: end && [...end.enumeration.buses.entries()],
    ranges: end && [...end.enumeration.ranges.entries()],
  };
}

const here = MAIN.slice(MAIN.lastIndexOf('/') + 1);

describe.each(Object.entries(controllers))('with %s', (_, controller) => {
  it('a migration to the same spec changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'), steps, steps, (os, before, after) => {
        const machine = machineText(controller, os);
        const moved = runOf(machine, [...before, `migrate { to = "${here}" }`, ...after]);
        const stayed = runOf(machine, [...before, ...after]);
        const migration = moved.steps.find(({ step: taken }) => taken?.op === 'migrate')?.migration;
        expect(migration?.differences).toEqual([]);
        // Once QEMU has aborted, the migration is one more step that fails.
        const aborted = stayed.steps[before.length]?.state.aborted !== undefined;
        expect(moved.steps.at(-1)?.state.failed).toBe((stayed.steps.at(-1)?.state.failed ?? 0) + (aborted ? 1 : 0));
        expect(endOf(moved)).toEqual(endOf(stayed));
      }),
      { numRuns: 25 },
    );
  });
});
