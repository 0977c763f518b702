import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildModel } from '../../server/src/model/model.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import { capacities } from '../../server/src/timeline/capacity/capacity.ts';
import { rootPortCapacities } from '../../server/src/timeline/capacity/root-ports.ts';
import { bootMachine, runScenario } from '../../server/src/timeline/scenario.ts';
import { functionState, grantedVectors, isFound, type MachineState } from '../../server/src/timeline/state.ts';

/** The machine of a spec after its boot, or at the end of its scenario. */
function endOf(text: string): MachineState {
  const sources = { read: () => ({ text }), resolve: (_from: string, path: string) => ({ uri: path }) };
  const { machine } = buildModel(sources, 'file:///spec.irqtopo');
  const booted = bootMachine(placeMachine(machine).topology);
  const [scenario] = machine.scenarios;
  const last = (scenario === undefined ? booted : runScenario(booted, scenario)).steps.at(-1);
  if (last === undefined) throw new Error('a run has its boot');
  return last.state;
}

const controller = fc.constantFrom(
  'gicv3 { its its0 }',
  'gicv3 { lpi-limit = 64; its its0 }',
  'gicv3 { its its0 { device-id-bits = 9 ; indirect = false } }',
  'gicv2m',
  'x86-apic { remapping = intel }',
  'x86-apic { remapping = amd; remapping-entries = 64 }',
  'spapr-dual',
);

const specs = fc.record({
  os: fc.constantFrom('linux-6.1', 'linux-6.12', 'linux-7.2'),
  cpus: fc.integer({ min: 1, max: 3 }),
  controller,
  ports: fc.integer({ min: 0, max: 12 }),
  present: fc.integer({ min: 0, max: 4 }),
  mode: fc.constantFrom('msi' as const, 'msix' as const),
  vectors: fc.integer({ min: 1, max: 24 }),
  spare: fc.integer({ min: 0, max: 8 }),
  managed: fc.boolean(),
  declared: fc.integer({ min: 1, max: 4 }),
});

type Spec = typeof specs extends fc.Arbitrary<infer A> ? A : never;

/** Messages of a capability that has so many: a power of two. */
const powerOfTwo = (n: number): number => 2 ** Math.ceil(Math.log2(n));

function textOf(spec: Spec, where: 'below a bridge' | 'anywhere', count: number, isPlugged: boolean): string {
  const { os, cpus, ports, present, mode, vectors, spare, managed } = spec;
  const has = mode === 'msi' ? `msi = ${powerOfTwo(vectors)}` : `msix = ${vectors + spare}`;
  const affinity = managed && mode === 'msix' ? '; affinity = managed' : '';
  const card = `hotplug endpoint card[${count}] { ${has}; request ${mode} { vectors = ${vectors}${affinity} } }`;
  return `machine m { os = ${os}; cpus = ${cpus} }
interrupt-controller c : ${spec.controller}
host-bridge pcie0 {
  root-port bp at 01.0 {
    pcie-pci-bridge br {
      ${present === 0 ? '' : `endpoint there[${present}] { msix = 3; request msix { vectors = 1..3 } }`}
      ${where === 'below a bridge' && count > 0 ? card : ''}
    }
  }
  ${ports === 0 || where === 'below a bridge' ? '' : `root-port rp[${ports}] at 02.0 { spread = functions }`}
}
${where === 'anywhere' && count > 0 ? card : ''}
${isPlugged && count > 0 ? 'scenario "all" { plug card }' : ''}
`;
}

/** Whether all that are declared get all their vectors when they are plugged in, one after the other. */
function allFit(spec: Spec, where: Parameters<typeof textOf>[1], count: number): boolean {
  if (count === 0) return true;
  const state = endOf(textOf(spec, where, count, true));
  const node = [...state.topology.byNode.keys()].find(({ name }) => name === 'card');
  const cards = node === undefined ? [] : (state.topology.byNode.get(node) ?? []);
  // Managed vectors are one for each CPU at most; then a driver that asks for more is short on every machine.
  return cards.every((fn) => {
    const own = functionState(state, fn);
    const isMessages = own.mode === spec.mode;
    return isFound(state, fn) && isMessages && own.errno === 'none' && grantedVectors(own) >= wanted(spec);
  });
}

const wanted = ({ managed, mode, vectors, cpus }: Spec): number =>
  managed && mode === 'msix' ? Math.min(vectors, cpus) : vectors;

describe.each(['below a bridge', 'anywhere'] as const)('a candidate that goes %s', (where) => {
  it('of which n fit: n declared ones fit, and n + 1 do not', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const state = endOf(textOf(spec, where, spec.declared, false));
        const found = capacities(state).find(({ node }) => node.name === 'card');
        if (found === undefined) throw new Error('no candidate');
        expect(found.work).toBeGreaterThanOrEqual(found.fit);
        expect(allFit(spec, where, found.fit)).toBe(true);
        expect(allFit(spec, where, found.fit + 1)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('root ports', () => {
  it('of which n fit: n declared ones have their buses and vectors, and n + 1 do not', () => {
    fc.assert(
      fc.property(
        fc.record({
          ecam: fc.integer({ min: 4, max: 120 }),
          buses: fc.integer({ min: 0, max: 3 }),
          limit: fc.constantFrom('', 'lpi-limit = 32; '),
          os: fc.constantFrom('linux-6.1', 'linux-7.2'),
        }),
        ({ ecam, buses, limit, os }) => {
          const text = (more: number) => `machine m { os = ${os} }
interrupt-controller c : gicv3 { ${limit}its its0 }
host-bridge pcie0 {
  ecam = ${ecam}MiB
  root-port bp at 01.0 { multifunction = false${buses === 0 ? '' : `; buses = ${buses}`} }
  ${more === 0 ? '' : `root-port more[${more}] at 02.0 { spread = functions }`}
}
`;
          const holds = (more: number): boolean => {
            const state = endOf(text(more));
            return state.topology.functions.every(
              ({ index }) =>
                state.enumeration.ranges.get(index)?.reachable === true && functionState(state, index).mode === 'msix',
            );
          };
          const [found] = rootPortCapacities(endOf(text(0)));
          expect(holds(found?.fit ?? 0)).toBe(true);
          expect(holds((found?.fit ?? 0) + 1)).toBe(false);
        },
      ),
      { numRuns: 25 },
    );
  });
});
