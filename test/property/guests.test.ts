/** Guests that start, stop, mask and unmask in any order: nothing is kept, no number is invented, and losses add up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gaps, size } from '../../server/src/base/intervals.ts';
import { withController } from '../../server/src/controllers/registry.ts';
import { placeMachine } from '../../server/src/pci/placement.ts';
import type { FunctionIndex } from '../../server/src/pci/topology.ts';
import { guestsOf } from '../../server/src/timeline/guests/assigned.ts';
import {
  deafEntries,
  lostByVm,
  lostInterrupts,
  passedThrough,
  vmState,
} from '../../server/src/timeline/guests/state.ts';
import { imsAllocated } from '../../server/src/timeline/ims.ts';
import { allocatedVectors } from '../../server/src/timeline/request-irq.ts';
import type { StepResult } from '../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../server/src/timeline/scenario.ts';
import { countVectors, functionState, type MachineState } from '../../server/src/timeline/state.ts';
import { modelOf } from '../unit/model/specs.ts';

const TABLE = 12;

interface Host {
  readonly os: string;
  readonly vmm: string;
  readonly controller: string;
  readonly onError: string;
  readonly flow: string;
  /** Vectors, or LPIs, that are left for guests. */
  readonly room: number;
}

const hosts: fc.Arbitrary<Host> = fc.record({
  os: fc.constantFrom('linux-6.1', 'linux-6.6', 'linux-6.12', 'linux-7.2'),
  vmm: fc.constantFrom('qemu-7.2', 'qemu-10.0'),
  controller: fc.constantFrom('x86', 'intel', 'gicv3'),
  onError: fc.constantFrom('ignore', 'kill'),
  flow: fc.constantFrom('', 'flow = grow', 'flow = dynamic', 'flow = allocate-up-front'),
  room: fc.integer({ min: 1, max: 50 }),
});

/** Three guests, the last with message storage and a function with MSI alone. */
function specOf({ os, vmm, controller, onError, flow, room }: Host, steps: string): string {
  const lpis = [64, 32, 16][room % 3];
  const block =
    controller === 'gicv3'
      ? `interrupt-controller gic : gicv3 { lpi-limit = ${lpis}; its its0 }`
      : `interrupt-controller apic : x86-apic { vectors-in-use = ${201 - room}; remapping = ${controller === 'x86' ? 'none' : 'intel'} }`;
  return `
machine m { os = ${os}; cpus = 1 }
${block}
host-bridge pcie0 {
  root-port rp0 at 01.0 { msix = 0; endpoint a { msix = ${TABLE}; intx = false } }
  root-port rp1 at 02.0 { msix = 0; endpoint b { msix = ${TABLE}; intx = false } }
  root-port rp2 at 03.0 { msix = 0; endpoint c { msix = ${TABLE}; ims = 8; intx = false } }
  root-port rp3 at 04.0 { msix = 0; endpoint d { msi = 4; intx = false } }
}
vm one { autostart = false; vmm = ${vmm}; on-error = ${onError}; assign a { entries = 0; ${flow} } }
vm two { autostart = false; vmm = ${vmm}; on-error = ${onError}; assign b { entries = 3; ${flow} } }
vm three { autostart = false; os = linux-6.6; interrupt-hypercall = true; assign c { ims = 3; ${flow} }; assign d }
scenario s { ${steps} }
`;
}

const guest = fc.constantFrom('one', 'two', 'three');
const span = fc.tuple(fc.nat(TABLE - 1), fc.nat(TABLE - 1)).map(([a, b]) => `${Math.min(a, b)}..${Math.max(a, b)}`);
const step = fc.oneof(
  guest.map((name) => `start ${name}`),
  guest.map((name) => `stop ${name}`),
  fc.tuple(fc.constantFrom('a', 'b', 'c'), span).map(([name, entry]) => `unmask ${name} { entry = ${entry} }`),
  fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), span).map(([name, entry]) => `mask ${name} { entry = ${entry} }`),
);
const lives = fc.array(step, { minLength: 1, maxLength: 14 });

function run(text: string): readonly StepResult[] {
  const { machine } = modelOf(text);
  const [scenario] = machine.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return runScenario(bootMachine(placeMachine(machine).topology), scenario).steps;
}

function end(text: string): MachineState {
  const last = run(text).at(-1);
  if (last === undefined) throw new Error('no steps');
  return last.state;
}

const functionsOf = ({ topology }: MachineState): readonly FunctionIndex[] =>
  guestsOf(topology).flatMap(({ functions }) => functions.map(({ fn }) => fn));

const figures = ({ controllers }: MachineState) =>
  controllers.map((own) => withController(own, (controller, state) => controller.figures(state)));

describe('guests in any order', () => {
  it('have handlers where there are interrupts, and lose what they have unmasked without one', () => {
    fc.assert(
      fc.property(hosts, lives, (host, steps) => {
        for (const { state } of run(specOf(host, steps.join('; ')))) {
          let interrupts = 0;
          for (const fn of functionsOf(state)) {
            const own = functionState(state, fn);
            const allocated = allocatedVectors(own);
            interrupts += countVectors(own.vectors) + size(imsAllocated(state, fn));
            for (const { first, last } of own.handlers) expect(gaps(allocated, first, last)).toEqual([]);
            const passed = passedThrough(state, fn);
            if (passed === undefined) {
              expect([own.vectors.length, own.handlers.length, lostInterrupts(state, fn)]).toEqual([0, 0, 0]);
              continue;
            }
            expect(vmState(state, passed.vm).state).toBe('running');
            expect(lostInterrupts(state, fn)).toBe(size(deafEntries(state, fn)) + passed.gapLosses);
            expect(passed.liveTearDowns).toBeLessThanOrEqual(passed.tearDowns);
            for (const { first, last } of passed.unmasked) expect(gaps(passed.used, first, last)).toEqual([]);
            if (passed.flow !== 'grow') expect(passed.tearDowns).toBe(0);
          }
          expect(state.irqNumbersUsed).toBe(interrupts);
          for (const { number, functions } of guestsOf(state.topology)) {
            const lost = functions.reduce((sum, { fn }) => sum + lostInterrupts(state, fn), 0);
            expect(lostByVm(state, number)).toBe(lost);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  it('give everything back when they stop', () => {
    fc.assert(
      fc.property(hosts, lives, (host, steps) => {
        // A GICv3 of 7.2 keeps a function's table while its driver is bound, so both have started all once.
        const all = 'start one; start two; start three; stop one; stop two; stop three';
        const before = end(specOf(host, all));
        const after = end(specOf(host, `${all}; ${steps.join('; ')}; stop one; stop two; stop three`));
        expect(after.irqNumbersUsed).toBe(0);
        expect(figures(after)).toEqual(figures(before));
        expect(after.guests?.passed.size).toBe(0);
        expect(guestsOf(after.topology).map(({ number }) => vmState(after, number).state)).toEqual([
          'off',
          'off',
          'off',
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it('unmask a range as if they unmasked one entry after the other', () => {
    fc.assert(
      fc.property(hosts, fc.nat(TABLE - 1), fc.nat(TABLE - 1), fc.nat(TABLE - 1), (host, x, y, z) => {
        const [first, last] = [Math.min(x, y), Math.max(x, y)];
        const before = `start one; unmask a { entry = ${z} }; start two`;
        const singly = Array.from({ length: last - first + 1 }, (_, i) => `unmask a { entry = ${first + i} }`).join(
          '; ',
        );
        const [whole, parts] = [`unmask a { entry = ${first}..${last} }`, singly].map((unmask) => {
          const state = end(specOf(host, `${before}; ${unmask}`));
          const [fn = -1] = functionsOf(state);
          const { vectors, handlers } = functionState(state, fn);
          return {
            // Until it is killed: a guest that is, unmasks no more.
            vm: vmState(state, 0).state,
            passed: passedThrough(state, fn),
            allocated: allocatedVectors({ mode: 'msix', vectors }),
            handlers,
            figures: figures(state),
          };
        });
        expect(whole).toEqual(parts);
      }),
      { numRuns: 150 },
    );
  });
});
