/** Machines that were recorded, written as specs: what the boot makes of them is what the kernels had. */
import { describe, expect, it } from 'vitest';
import type { Intervals } from '../../../server/src/base/intervals.ts';
import type { X86State } from '../../../server/src/controllers/x86-apic/index.ts';
import { availableVectors } from '../../../server/src/controllers/x86-apic/matrix.ts';
import { usedEntries } from '../../../server/src/controllers/x86-apic/remapping-table.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { bootMachine } from '../../../server/src/timeline/scenario.ts';
import { functionState, type MachineState } from '../../../server/src/timeline/state.ts';
import { modelOf } from '../model/specs.ts';

function booted(text: string): { state: MachineState; apic: X86State } {
  const { machine } = modelOf(text);
  const state = bootMachine(placeMachine(machine).topology).steps[0]?.state;
  const apic = state?.controllers[0];
  if (state === undefined || apic?.type !== 'x86-apic') throw new Error('no local APICs');
  return { state, apic };
}

const text = (set: Intervals): string =>
  set.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join();
const used = ({ matrix }: X86State): string[] => matrix.cpus.map((cpu) => text(cpu.used));

/** "3:34" for CPU 3, vector 34, of each vector of the function with this name. */
function places({ state, apic }: { state: MachineState; apic: X86State }, name: string): string[] {
  const fn = state.topology.functions.find((one) => one.name === name)?.index ?? -1;
  return functionState(state, fn).vectors.flatMap((run) =>
    Array.from({ length: run.count }, (_, offset) => {
      const target = apic.interrupts.get(run.hwirq + offset)?.target;
      return target === undefined ? 'none' : `${target.cpu}:${target.vector}`;
    }),
  );
}

const q35 = (cpus: number, apic: string, functions: string, os = 'linux-6.1') => `
machine m { os = ${os}; vmm = qemu-7.2; cpus = ${cpus} }
interrupt-controller apic : x86-apic { isa-irqs = [0]; ${apic} }
host-bridge pcie0 {
${functions}
}
`;

describe('a machine as recorded, written as a spec', () => {
  const four = 'vectors-in-use = [2, 2, 2, 1]';

  it('x86-basic-noir-smp4-61: has 8 idle pins, 1 woken link and 797 vectors, and gives eight to the emptiest CPUs', () => {
    const before = booted(q35(4, four, 'endpoint nic at 03.0 { msix = 64; request msix { vectors = 8; irqs = 0 } }'));
    expect(used(before.apic)).toEqual(['33,48', '33-34', '33-34', '33']);
    expect(before.apic.matrix.reserved).toBe(9 + 8);
    expect(availableVectors(before.apic.matrix)).toBe(797);
    const after = booted(q35(4, four, 'endpoint nic at 03.0 { msix = 64; request msix { vectors = 8 } }'));
    expect(used(after.apic)).toEqual(['33-35,48', '33-36', '33-36', '33-35']);
    expect(after.apic.matrix.reserved).toBe(9);
    expect(places(after, 'nic')).toEqual(['3:34', '0:34', '1:35', '2:35', '3:35', '0:35', '1:36', '2:36']);
  });

  it('x86-basic-noir-smp4-612: has the same, one vector lower', () => {
    const after = booted(
      q35(4, four, 'endpoint nic at 03.0 { msix = 64; request msix { vectors = 8 } }', 'linux-6.12'),
    );
    expect(places(after, 'nic')).toEqual(['3:33', '0:33', '1:34', '2:34', '3:34', '0:34', '1:35', '2:35']);
  });

  it('x86-basic-ir-smp2-61: has entries 0-14 for pins at boot and 15 for the woken link; messages begin at 16', () => {
    const inUse = 'vectors-in-use = [4, 4]; remapping = intel';
    const { state, apic } = booted(q35(2, inUse, 'endpoint nic at 03.0 { msix = 64; request msix { vectors = 8 } }'));
    expect(functionState(state, 0).vectors).toMatchObject([{ data: 16, hwirq: 25, count: 8 }]);
    expect(apic.remapping && usedEntries(apic.remapping)).toBe(24);
    expect(apic.matrix.reserved).toBe(9);
    expect(used(apic)).toEqual(['33-39,48', '33-40']);
  });

  it('x86-basic-pc-smp2-61: a pc routes lines to pins that are there already', () => {
    const { apic } = booted(`
machine m { os = linux-6.1; vmm = qemu-7.2; machine-type = pc-7.2; cpus = 2 }
interrupt-controller apic : x86-apic { isa-irqs = [0]; vectors-in-use = [4, 3] }
host-bridge pcie0 { endpoint nic at 03.0 { msix = 64; request msix { vectors = 8 } } }
`);
    expect(apic.matrix.reserved).toBe(8);
    expect(used(apic)).toEqual(['33-39,48', '33-39']);
  });

  it('x86-ports-noir-smp2-61: ports wake their pins, take a vector each and share what their slots share', () => {
    const { state, apic } = booted(
      q35(
        2,
        'vectors-in-use = [4, 3]',
        `  root-port a : pcie-root-port at 04.0 { switch up : x3130-upstream { downstream-port down : xio3130-downstream } }
  root-port b : pcie-root-port at 05.0
  root-port c : ioh3420 at 06.0
  root-port d : pcie-root-port at 07.0
  endpoint nic at 0f.0 { msix = 8; request msix { vectors = 4 } }`,
      ),
    );
    expect(apic.matrix.reserved).toBe(12);
    expect(state.controllers).toHaveLength(1);
    expect(apic.matrix.cpus.map(({ allocated }) => allocated)).toEqual([9, 8]);
  });

  it('x86-irteexh-smp1-61: 65,517 entries are left by pins and four woken links', () => {
    const cards = Array.from({ length: 16 }, (_, i) => {
      const slot = (3 + i).toString(16).padStart(2, '0');
      const last =
        i === 15 ? 'request msix { vectors = 1..2048; irqs = 0 }' : 'request msix { vectors = 2048; irqs = 0 }';
      return `endpoint a${i} at ${slot}.0 { msix = 2048; request msix { vectors = 2048; irqs = 0 } }
endpoint b${i} at ${slot}.1 { msix = 2048; ${last} }`;
    }).join('\n');
    const { state, apic } = booted(q35(1, 'vectors-in-use = 8; remapping = intel', cards));
    expect(functionState(state, 31).vectors.reduce((sum, { count }) => sum + count, 0)).toBe(2029);
    expect(apic.matrix.reserved).toBe(65_529);
    expect(apic.remapping && usedEntries(apic.remapping)).toBe(65_536);
  });

  it('x86-multimsi-noir-smp4-61: a line takes a vector when it gets a handler', () => {
    const { apic } = booted(q35(4, four, 'endpoint old at 03.0 { intx = true; request intx }'));
    expect(apic.matrix.reserved).toBe(8);
    expect(apic.pins.get(23)?.interrupt.target).toMatchObject({ cpu: 3, vector: 34 });
  });
});
