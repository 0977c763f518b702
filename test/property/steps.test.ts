/** Whatever steps a scenario takes, on every controller: nothing breaks, nothing is owned twice, and states are values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { has } from '../../server/src/base/intervals.ts';
import { withController } from '../../server/src/controllers/registry.ts';
import { placesOf } from '../../server/src/controllers/riscv-imsic/index.ts';
import { x86Interrupt } from '../../server/src/controllers/x86-apic/index.ts';
import type { Scenario, Step } from '../../server/src/model/machine.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import { freeSlots } from '../../server/src/pci/slots.ts';
import { hwirqsOf } from '../../server/src/timeline/hwirqs.ts';
import { bootMachine, runScenario } from '../../server/src/timeline/scenario.ts';
import { countVectors, functionState, type MachineState, presentIn } from '../../server/src/timeline/state.ts';
import { takeStep } from '../../server/src/timeline/steps/index.ts';
import { modelOf, told } from '../unit/model/specs.ts';

const controllers = {
  its: 'interrupt-controller gic : gicv3 { id-bits = 14; its its0 }',
  'its, few LPIs': 'interrupt-controller gic : gicv3 { id-bits = 14; lpi-limit = 64; its its0 }',
  gicv5: 'interrupt-controller gic : gicv5 { its its0 }',
  gicv2m: 'interrupt-controller v2m : gicv2m',
  x86: 'interrupt-controller apic : x86-apic { vectors-in-use = 190 }',
  intel: 'interrupt-controller apic : x86-apic { remapping = intel; remapping-entries = 64 }',
  amd: 'interrupt-controller apic : x86-apic { remapping = amd; remapping-entries = 16 }',
  pseries: 'interrupt-controller xive : spapr-dual',
  imsic: 'interrupt-controller imsic : riscv-imsic { identities = 63 }',
} as const;
type Name = keyof typeof controllers;
const isPseries = (name: Name): boolean => name === 'pseries';

/** Ports with endpoints of each sort, some absent at boot; a bridge whose functions share a DeviceID; spares without a place. */
function machineText(name: Name, os: string, cpus: number): string {
  const shpc = isPseries(name) ? '; hotplug = none' : '';
  return `machine board { os = ${os}; cpus = ${cpus}; possible-cpus = ${cpus + 1} }
${controllers[name]}
host-bridge pcie0 {
  root-port p0 at 01.0 { endpoint a { msix = 8 } }
  root-port p1 at 02.0 { endpoint b { msi = 16; msi-maskable = false } }
  root-port p2 at 03.0 { endpoint c { msix = 5; msi = 8; request msix { vectors = 2..5; affinity = managed; pre = 1; fallback = [msi, intx] } } }
  root-port p3 at 04.0 { hotplug endpoint d { msix = 9; request msix { vectors = 3; irqs = 2 } } }
  root-port p4 at 05.0 { hotplug endpoint e { msi = 4; request msi { vectors = 3; fallback = intx } } }
  root-port p5 at 06.0
  root-port p6 at 07.0 { buses = 2; hotplug pcie-pci-bridge q { endpoint h at 01.0 { msix = 3 } ${shpc} } }
  pcie-pci-bridge br at 08.0 { ${shpc.slice(2)}
    endpoint f at 01.0 { msix = 4 }
    endpoint g at 02.0 { msi = 2 }
  }
}
hotplug endpoint spare[2] { msix = 2 }
`;
}

const functions = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'q', 'br', 'p0', 'p6', 'spare', 'spare[0]'] as const;
const fn = fc.constantFrom(...functions);
const index = fc.nat({ max: 9 });
const span = fc.tuple(index, index).map(([x, y]) => `${Math.min(x, y)}..${Math.max(x, y)}`);
const pluggable = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'h', 'q', 'br', 'p0', 'spare', 'spare[1]');
const step = fc.oneof(
  fc.tuple(fc.constantFrom('plug', 'unplug'), pluggable).map(([word, x]) => `${word} ${x}`),
  fc.tuple(fc.constantFrom('probe', 'remove', 'disable', 'enable'), fn).map(([word, x]) => `${word} ${x}`),
  fc
    .tuple(
      fn,
      fc.constantFrom('msix', 'msi', 'intx'),
      span,
      fc.constantFrom('', '; fallback = [msi, intx]', '; affinity = managed'),
    )
    .map(([x, mode, vectors, more]) => `enable ${x} { mode = ${mode}; vectors = ${vectors}${more} }`),
  fc
    .tuple(
      fc.constantFrom('allocate', 'free'),
      fn,
      fc.constantFrom('', 'index = 3; ', 'index = 7; '),
      fc.integer({ min: 1, max: 3 }),
    )
    .map(([word, x, at, count]) => `${word} ${x} { ${at}count = ${count} }`),
  fc
    .tuple(fn, span, fc.constantFrom('', '; cpu = 0', '; cpu = 1'))
    .map(([x, vector, cpu]) => `request-irq ${x} { vector = ${vector}${cpu} }`),
  fc.tuple(fn, span).map(([x, vector]) => `free-irq ${x} { vector = ${vector} }`),
  fc.tuple(fc.constantFrom('online', 'offline'), fc.nat({ max: 3 })).map(([word, cpu]) => `${word} cpu[${cpu}]`),
);

const systems = ['linux-6.1', 'linux-6.12', 'linux-7.2'] as const;
const stories = fc.record({
  os: fc.constantFrom(...systems),
  cpus: fc.constantFrom(3, 4),
  steps: fc.array(step, { minLength: 1, maxLength: 30 }),
});
type Story = typeof stories extends fc.Arbitrary<infer T> ? T : never;

function play(name: Name, { os, cpus, steps }: Story): { states: MachineState[]; steps: readonly TakenStep[] } {
  const text = `${machineText(name, os, cpus)}scenario s {\n${steps.map((line) => `  ${line}`).join('\n')}\n}\n`;
  const model = modelOf(text);
  expect(told(model).filter((line) => !line.startsWith('min-greater') && !line.startsWith('request-zero'))).toEqual([]);
  const boot = bootMachine(placeMachine(model.machine).topology);
  const [scenario] = model.machine.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  const run = runScenario(boot, scenario);
  return { states: run.steps.map(({ state }) => state), steps: scenario.steps.filter(isTaken) };
}

type TakenStep = Exclude<Step, { op: 'boot' }>;
const isTaken = (taken: Scenario['steps'][number]): taken is TakenStep => taken.op !== 'boot';

/** A state as plain data: what is compared must not depend on how a map came to hold what it holds. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'function' : value;
  if (Array.isArray(value)) return value.map(plain);
  if ('entries' in value && typeof value.entries === 'function') return [...value.entries()].map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Everything but the topology, which steps change in the places of spares alone. */
function digest({ topology, ...state }: MachineState): string {
  const places = topology.functions.map(({ parent, device, rootBus }) => [parent, device, rootBus]);
  return JSON.stringify([plain({ ...state, guests: undefined }), places]);
}

/** No interrupt number, LPI, SPI, source, CPU vector or identity belongs to two vectors; sums are what their parts are. */
function expectSound(state: MachineState): void {
  const owned = new Set<string>();
  const own = (what: string): void => {
    expect(owned.has(what), `${what} is owned twice`).toBe(false);
    owned.add(what);
  };
  let vectors = 0;
  for (const { index: at } of state.topology.functions) {
    const { vectors: runs, requester, mode, handlers } = functionState(state, at);
    vectors += countVectors(runs);
    if (mode !== 'msi' && mode !== 'msix') expect(runs).toEqual([]);
    if (mode === 'none') expect(handlers).toEqual([]);
    const controller = requester === undefined ? undefined : state.controllers[requester.controller];
    const entries = new Set<number>();
    const numbers = hwirqsOf(state, { vectors: runs, requester });
    for (const [at, run] of runs.entries()) {
      const first = numbers[at]?.first ?? Number.NaN;
      for (let offset = 0; offset < run.count; offset++) {
        // Identities are each CPU's own.
        if (controller?.type !== 'riscv-imsic') own(`number ${requester?.controller} ${first + offset}`);
        expect(entries.has(run.index + offset)).toBe(false);
        entries.add(run.index + offset);
        if (controller?.type !== 'x86-apic') continue;
        const { target } = x86Interrupt(controller, run, offset);
        if (target !== undefined) own(`vector ${target.vector} of CPU ${target.cpu}`);
      }
      if (controller?.type !== 'riscv-imsic') continue;
      for (const { cpu, identity } of placesOf(controller, run)) own(`identity ${identity} of CPU ${cpu}`);
    }
    for (const { first, last } of handlers) {
      if (mode !== 'intx') for (let n = first; n <= last; n++) expect(entries.has(n), `handler ${n}`).toBe(true);
    }
  }
  expect(state.irqNumbersUsed).toBe(vectors);
  for (const at of state.controllers.keys()) expectCounted(state, at);
}

/** Each CPU counts the LPIs that are mapped to it, and those are mapped to CPUs that are online, if they have a handler. */
function expectCounted(state: MachineState, at: number): void {
  const gic = state.controllers[at];
  if (gic?.type !== 'gicv3' || gic.load === undefined) return;
  const counted = { managed: gic.load.managed.map(() => 0), unmanaged: gic.load.unmanaged.map(() => 0) };
  for (const { vectors, requester, handlers } of state.functions.values()) {
    if (requester?.controller !== at) continue;
    const mapped = gic.devices[requester.its]?.get(requester.deviceId)?.mapped ?? [];
    for (const run of vectors) {
      for (let offset = 0; offset < run.count; offset++) {
        if (!has(mapped, run.data + offset)) continue;
        const cpu = run.cpus?.[offset] ?? Number.NaN;
        const counts = run.managed ? counted.managed : counted.unmanaged;
        counts[cpu] = (counts[cpu] ?? 0) + 1;
        if (has(handlers, run.index + offset)) expect(has(state.offlineCpus, cpu), `LPI on CPU ${cpu}`).toBe(false);
      }
    }
  }
  expect({ managed: gic.load.managed, unmanaged: gic.load.unmanaged }).toEqual(counted);
}

const figures = (state: MachineState): unknown =>
  state.controllers.map((own) => withController(own, (implementation, inner) => implementation.figures(inner)));

describe.each(Object.keys(controllers).filter((name): name is Name => name in controllers))('%s', (name) => {
  it('nothing breaks, and nothing is owned twice', () => {
    fc.assert(
      fc.property(stories, (story) => {
        for (const state of play(name, story).states) expectSound(state);
      }),
      { numRuns: 40 },
    );
  });

  it('from any moment on the rest of the steps leads to the same end', () => {
    fc.assert(
      fc.property(stories, fc.nat({ max: 29 }), (story, from) => {
        const { states, steps } = play(name, story);
        const end = digest(states.at(-1) as MachineState);
        let state = states[from % states.length];
        for (const taken of steps.slice(from % states.length)) {
          if (state !== undefined) state = takeStep(state, taken, () => undefined).state;
        }
        expect(state === undefined ? '' : digest(state)).toBe(end);
      }),
      { numRuns: 25 },
    );
  });

  it('what is plugged in and out again leaves all that was free', () => {
    fc.assert(
      fc.property(stories, fc.constantFrom('d', 'spare[0]'), (story, late) => {
        const { states } = play(name, {
          ...story,
          steps: [...story.steps, `unplug ${late}`, `plug ${late}`, `unplug ${late}`],
        });
        const before = states.at(-3);
        const after = states.at(-1);
        if (before === undefined || after === undefined || before.aborted !== undefined) return;
        expect(figures(after)).toEqual(figures(before));
        expect(after.irqNumbersUsed).toBe(before.irqNumbersUsed);
        expect(plain(after.enumeration)).toEqual(plain(before.enumeration));
        expect(freeSlots(after.topology, after.enumeration, presentIn(after))).toEqual(
          freeSlots(before.topology, before.enumeration, presentIn(before)),
        );
      }),
      { numRuns: 25 },
    );
  });
});
