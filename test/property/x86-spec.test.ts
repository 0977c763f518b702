/** Whatever a scenario does to an x86 machine with lines, messages and pins: nothing is owned twice, and all comes back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, has, type Intervals, noIntervals, size } from '../../server/src/base/intervals.ts';
import { deliveries, type Interrupt, type X86State } from '../../server/src/controllers/x86-apic/index.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import type { Run } from '../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../server/src/timeline/scenario.ts';
import type { MachineState } from '../../server/src/timeline/state.ts';
import { modelOf } from '../unit/model/specs.ts';

const bodies = [
  'intx = true; request intx',
  'msix = 8; request msix { vectors = 1..8 }',
  'msix = 8; request msix { vectors = 2..8; affinity = managed; pre = 1; fallback = intx }',
  'msi = 8; request msi { vectors = 1..5 }',
  'msi = 4; msi-maskable = false; request msi { vectors = 1..4; irqs = 1; fallback = intx }',
  'msix = 4; request msix { vectors = 4; irqs = 2 }',
];
const slots = ['01', '02', '03', '05', '1c', '1e'];
const body = fc.constantFrom(...bodies);

const machine = fc.record({
  os: fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'),
  remapping: fc.constantFrom('none', 'intel', 'amd'),
  // Often nearly full, so that calls and handlers fail, too.
  inUse: fc.constantFrom('', 'vectors-in-use = [200, 198]', 'vectors-in-use = [196, 201]'),
  family: fc.constantFrom('q35', 'pc'),
  functions: fc.array(body, { minLength: 1, maxLength: slots.length }),
});
const step = fc.record({
  op: fc.constantFrom('unplug', 'plug', 'remove', 'probe', 'remove', 'probe'),
  slot: fc.nat(slots.length - 1),
});
const cpuStep = fc.constantFrom('offline cpu[1]', 'online cpu[1]');

interface Spec {
  readonly os: string;
  readonly remapping: string;
  readonly inUse: string;
  readonly family: string;
  readonly functions: readonly string[];
}

function textOf({ os, remapping, inUse, family, functions }: Spec, steps: readonly string[]): string {
  const below = functions.map((own, i) => `  endpoint f${i} at ${slots[i]}.0 { ${own} }`).join('\n');
  return `machine m { os = ${os}; vmm = qemu-10.0; machine-type = ${family}-10.0; cpus = 2 }
interrupt-controller apic : x86-apic { remapping = ${remapping}; ${inUse} }
host-bridge pcie0 {
${below}
}
scenario "s" {
${steps.join('\n')}
}
`;
}

function run(spec: Spec, steps: readonly string[]): { off: X86State; boot: Run; after: Run } {
  const { machine: declared } = modelOf(textOf(spec, steps));
  const { topology } = placeMachine(declared);
  const boot = bootMachine(topology);
  const [scenario] = declared.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const bare = bootMachine(placeMachine(modelOf(textOf({ ...spec, functions: [] }, [])).machine).topology);
  return { off: apicOf(bare.steps[0]?.state), boot, after: runScenario(boot, scenario) };
}

function apicOf(state: MachineState | undefined): X86State {
  const own = state?.controllers[0];
  if (own?.type !== 'x86-apic') throw new Error('no local APICs');
  return own;
}

const stepsOf = (spec: Spec, steps: readonly { op: string; slot: number }[]): string[] =>
  steps.map(({ op, slot }) => `  ${op} f${slot % spec.functions.length}`);

/** Every interrupt that may hold a vector. */
function interrupts(state: MachineState): Interrupt[] {
  const apic = apicOf(state);
  const messages = [...state.functions.values()].flatMap(({ vectors }) => deliveries(apic, vectors));
  return [
    ...apic.bootInterrupts,
    ...[...apic.pins.values()].map(({ interrupt }) => interrupt),
    ...messages.map(({ interrupt }) => interrupt),
  ];
}

function checkVectors(state: MachineState): void {
  const { matrix } = apicOf(state);
  const owned: Intervals[] = matrix.cpus.map(() => noIntervals);
  let promised = 0;
  for (const { target, managed } of interrupts(state)) {
    if (target === undefined && !managed) promised++;
    if (target === undefined) continue;
    expect(has(owned[target.cpu] ?? noIntervals, target.vector)).toBe(false);
    owned[target.cpu] = add(owned[target.cpu] ?? noIntervals, target.vector, target.vector);
  }
  expect(matrix.cpus.map(({ used }) => used)).toEqual(owned);
  expect(matrix.reserved).toBe(promised);
}

function checkEntries(state: MachineState): void {
  const apic = apicOf(state);
  if (apic.remapping?.kind !== 'intel') return;
  const taken = new Set<number>();
  const take = (entry: number): void => {
    expect(taken.has(entry)).toBe(false);
    taken.add(entry);
  };
  for (const { entry } of apic.pins.values()) if (entry !== undefined) take(entry);
  for (const { vectors } of state.functions.values()) {
    for (const { entry } of deliveries(apic, vectors)) if (entry !== undefined) take(entry);
  }
  const free = apic.remapping.tables.get(0)?.free ?? noIntervals;
  for (const entry of taken) expect(has(free, entry)).toBe(false);
}

describe('an x86 machine with lines, messages and pins', () => {
  it('owns no vector and no entry twice, and its promises add up, after every step', () => {
    fc.assert(
      fc.property(machine, fc.array(fc.oneof(step, cpuStep), { maxLength: 10 }), (spec, mixed) => {
        const steps = mixed.flatMap((one) => (typeof one === 'string' ? [`  ${one}`] : stepsOf(spec, [one])));
        const { boot, after } = run(spec, steps);
        for (const { state } of [...boot.steps, ...after.steps]) {
          checkVectors(state);
          checkEntries(state);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is as it was before the first driver once all are unplugged', () => {
    fc.assert(
      fc.property(machine, fc.array(step, { maxLength: 8 }), (spec, mixed) => {
        const all = spec.functions.map((_, i) => `  unplug f${i}`);
        const { off, after } = run(spec, [...stepsOf(spec, mixed), ...all]);
        const end = apicOf(after.steps.at(-1)?.state);
        expect(end.matrix).toEqual(off.matrix);
        expect(end.irqNumbers).toEqual(off.irqNumbers);
        expect([...end.pins.entries()]).toEqual([...off.pins.entries()]);
        expect([...end.interrupts.entries()]).toEqual([]);
        const used = ({ remapping }: X86State) => [...(remapping?.tables.values() ?? [])].map(({ free }) => size(free));
        expect(used(end)).toEqual(used(off));
      }),
      { numRuns: 60 },
    );
  });

  it('plugging and unplugging a function changes nothing that others have', () => {
    fc.assert(
      fc.property(machine, body, (spec, late) => {
        const text = textOf(spec, ['  plug late', '  unplug late']).replace(
          'host-bridge pcie0 {',
          `host-bridge pcie0 {\n  hotplug endpoint late at 07.0 { ${late} }`,
        );
        const { machine: declared } = modelOf(text);
        const boot = bootMachine(placeMachine(declared).topology);
        const [scenario] = declared.scenarios;
        if (scenario === undefined) throw new Error('no scenario');
        const after = runScenario(boot, scenario);
        const [before, end] = [apicOf(boot.steps[0]?.state), apicOf(after.steps.at(-1)?.state)];
        expect(end.matrix).toEqual(before.matrix);
        expect([...end.interrupts.entries()]).toEqual([...before.interrupts.entries()]);
        expect([...end.pins.entries()]).toEqual([...before.pins.entries()]);
      }),
      { numRuns: 60 },
    );
  });
});
