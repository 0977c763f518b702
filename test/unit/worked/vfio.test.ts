/** E15: a guest enables MSI-X and unmasks entries 0, 3 and 7 of a function whose table has 64. */
import { describe, expect, it } from 'vitest';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { type Guest, guestsOf } from '../../../server/src/timeline/guests/assigned.ts';
import { lostInterrupts, passedThrough, vmState } from '../../../server/src/timeline/guests/state.ts';
import { allocatedVectors } from '../../../server/src/timeline/request-irq.ts';
import type { StepResult } from '../../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../../server/src/timeline/scenario.ts';
import { countVectors, functionState, requestedVectors } from '../../../server/src/timeline/state.ts';
import { modelOf } from '../model/specs.ts';

interface Given {
  readonly os?: string;
  readonly vmm?: string;
  readonly controller?: string;
  readonly cpus?: number;
  readonly others?: string;
  readonly onError?: string;
}

const apic = 'interrupt-controller apic : x86-apic { vectors-in-use = 2 }';
const gic = 'interrupt-controller gic : gicv3 { its its0 }';

/** The steps' results: boot, then an unmask each. */
function run(
  { os = 'linux-7.2', vmm = 'qemu-10.0', controller = apic, cpus = 2, others = '', onError = 'ignore' }: Given,
  steps: string,
): readonly StepResult[] {
  const { machine } = modelOf(`
machine m { os = ${os}; cpus = ${cpus} }
${controller}
host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 64; intx = false }
  ${others}
}
vm guest { vmm = ${vmm}; on-error = ${onError}; assign nic { entries = 0 } }
scenario s { ${steps} }
`);
  const [scenario] = machine.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return runScenario(bootMachine(placeMachine(machine).topology), scenario).steps;
}

const e15 = 'boot; unmask nic { entry = 0 }; unmask nic { entry = 3 }; unmask nic { entry = 7 }';

/** The function after a step: what the host has allocated and requested, and tear-downs so far. */
function nicAfter({ state }: StepResult) {
  const own = functionState(state, 0);
  const passed = passedThrough(state, 0);
  return {
    allocated: countVectors(own.vectors),
    requested: own.handlers.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i)),
    tearDowns: passed?.tearDowns,
    live: passed?.liveTearDowns,
  };
}

const noResize = [
  { allocated: 1, requested: [], tearDowns: 0, live: 0 },
  { allocated: 1, requested: [0], tearDowns: 1, live: 0 },
  { allocated: 4, requested: [0, 3], tearDowns: 2, live: 1 },
  { allocated: 8, requested: [0, 3, 7], tearDowns: 3, live: 2 },
];

describe('E15: VFIO growth', () => {
  it.each([
    ['Linux 6.1', { os: 'linux-6.1' }],
    ['an ITS host', { controller: gic }],
    ['QEMU 7.2', { vmm: 'qemu-7.2' }],
    ['6.4, whose kernel could, but not its vfio-pci', { os: 'linux-6.4' }],
  ])('tears down and allocates all below on %s', (_, given) => {
    expect(run(given, e15).map(nicAfter)).toEqual(noResize);
  });

  it.each([
    ['7.2', {}],
    ['6.12', { os: 'linux-6.12' }],
    ['6.8', { os: 'linux-6.8' }],
    ['6.12 with QEMU 9.0', { os: 'linux-6.12', vmm: 'qemu-9.0' }],
  ])('adds one by one on x86 with Linux %s', (_, given) => {
    const steps = run(given, e15);
    expect(steps.map(nicAfter)).toEqual([
      { allocated: 1, requested: [], tearDowns: 0, live: 0 },
      { allocated: 1, requested: [0], tearDowns: 0, live: 0 },
      { allocated: 2, requested: [0, 3], tearDowns: 0, live: 0 },
      { allocated: 3, requested: [0, 3, 7], tearDowns: 0, live: 0 },
    ]);
    const last = steps.at(-1)?.state;
    expect(last && allocatedVectors(functionState(last, 0))).toEqual([
      { first: 0, last: 0 },
      { first: 3, last: 3 },
      { first: 7, last: 7 },
    ]);
  });

  it('takes three vectors in either flow, and counts what the gaps may lose: one at the second tear-down, two at the third', () => {
    const [grown, added] = [run({ os: 'linux-6.1' }, e15).at(-1), run({}, e15).at(-1)];
    for (const result of [grown, added]) {
      const controller = result?.state.controllers[0];
      expect(
        controller?.type === 'x86-apic' && controller.matrix.cpus.reduce((sum, cpu) => sum + cpu.allocated, 0),
      ).toBe(5);
    }
    expect(grown && lostInterrupts(grown.state, 0)).toBe(3);
    expect(added && lostInterrupts(added.state, 0)).toBe(0);
    expect(grown?.guestEvents).toMatchObject([{ is: 'torn-down', first: 7, last: 7, times: 1, hit: 2 }]);
  });

  describe('a host out of vectors at the third unmask', () => {
    // One CPU: 201, two in use at boot, 197 by the disk: two are left.
    const full = {
      cpus: 1,
      others: 'endpoint ssd at 02.0 { msix = 256; intx = false; request msix { vectors = 197 } }',
    };

    it('leaves entry 7 deaf, and nobody tells the guest', () => {
      const last = run(full, e15).at(-1);
      if (last === undefined) throw new Error('no steps');
      expect(nicAfter(last)).toMatchObject({ allocated: 3, requested: [0, 3] });
      expect(last.guestEvents).toEqual([
        { is: 'lost', vm: 0, fn: 0, entries: [{ first: 7, last: 7 }], entry: 7, errno: 'ENOSPC' },
      ]);
      expect(lostInterrupts(last.state, 0)).toBe(1);
      expect(vmState(last.state, 0)).toEqual({ state: 'running', errno: 'ENOSPC' });
      expect(last.state).toMatchObject({ lastErrno: 'ENOSPC', failed: 1 });
    });

    it('silences all three where the index was torn down for it: SET_IRQS gives everything back', () => {
      const last = run({ ...full, os: 'linux-6.1' }, e15).at(-1);
      if (last === undefined) throw new Error('no steps');
      expect(nicAfter(last)).toMatchObject({ allocated: 0, requested: [], tearDowns: 3, live: 2 });
      // Three deaf entries, one interrupt in the first gap and two in the second.
      expect(lostInterrupts(last.state, 0)).toBe(3 + 3);
    });

    it('kills the guest where its VMM does so, and frees what it had', () => {
      const last = run({ ...full, onError: 'kill' }, e15).at(-1);
      if (last === undefined) throw new Error('no steps');
      expect(vmState(last.state, 0)).toEqual({ state: 'killed', errno: 'ENOSPC' });
      expect(nicAfter(last)).toMatchObject({ allocated: 0, requested: [] });
      expect(last.guestEvents).toEqual([{ is: 'killed', vm: 0, fn: 0, entry: 7, errno: 'ENOSPC' }]);
      expect(requestedVectors(functionState(last.state, 1))).toBe(197);
    });
  });

  it('numbers VMs one by one, and gives each its function', () => {
    const { machine } = modelOf(`
machine m
${apic}
host-bridge pcie0 { endpoint pf at 01.0 { vfs = 8; vf v[4] { msix = 4 } } }
vm single { assign v[3] }
vm g[3] { assign v }
`);
    const names = ({ name, functions }: Guest) => [name, ...functions.map(({ fn }) => fn)];
    expect(guestsOf(placeMachine(machine).topology).map(names)).toEqual([
      ['single', 4],
      ['g[0]', 1],
      ['g[1]', 2],
      ['g[2]', 3],
    ]);
  });
});
