/** VMs: starting and stopping them, what the host holds for them, and how many of them it holds. */
import { describe, expect, it } from 'vitest';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { guestsOf } from '../../../server/src/timeline/guests/assigned.ts';
import { guestsThatFit } from '../../../server/src/timeline/guests/fit.ts';
import { lostByVm, passedThrough, vmState } from '../../../server/src/timeline/guests/state.ts';
import type { StepResult } from '../../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../../server/src/timeline/scenario.ts';
import { functionState, type MachineState, requestedVectors } from '../../../server/src/timeline/state.ts';
import { modelOf } from '../model/specs.ts';

function run(text: string): readonly StepResult[] {
  const { machine, problems } = modelOf(text);
  expect(problems).toEqual([]);
  const boot = bootMachine(placeMachine(machine).topology);
  const [scenario] = machine.scenarios;
  return scenario === undefined ? boot.steps : runScenario(boot, scenario).steps;
}

function end(text: string): MachineState {
  const last = run(text).at(-1);
  if (last === undefined) throw new Error('no steps');
  return last.state;
}

const fleet = (vfs: number, more = '', apic = 'interrupt-controller apic : x86-apic { vectors-in-use = 2 }') => `
machine m { cpus = 1 }
${apic}
host-bridge pcie0 {
  root-port rp at 01.0 { msix = 0; ari = true; endpoint nic { intx = false; driver = none; vfs = ${vfs}; vf v[${vfs}] { msix = 8 } } }
}
vm g[${vfs}] { assign v { ${more} } }
`;

const states = (state: MachineState) => guestsOf(state.topology).map(({ number }) => vmState(state, number));
const allWell = (state: MachineState) =>
  states(state).every(({ state: is, errno }) => is === 'running' && errno === 'none');

describe('how many guests fit', () => {
  it.each([
    ['x86 with one CPU: 199 vectors, 8 a guest', 2, '', undefined, 22],
    ['four entries a guest', 2, 'entries = 4', undefined, 47],
    ['all of the table up front takes no more vectors', 2, 'entries = 4; flow = allocate-up-front', undefined, 47],
    ['an ITS with 256 LPIs', 2, '', 'interrupt-controller gic : gicv3 { lpi-limit = 256; its its0 }', 30],
  ])('%s', (_, vfs, more, apic, fit) => {
    const state = end(fleet(vfs, more, apic));
    expect(guestsThatFit(state)).toBe(fit);
    expect(allWell(end(fleet(vfs + fit, more, apic)))).toBe(true);
    expect(allWell(end(fleet(vfs + fit + 1, more, apic)))).toBe(false);
  });

  it('is what a stopped guest leaves room for, too', () => {
    const text = `${fleet(2)}scenario s { stop g[1] }`;
    expect(run(text).map(({ state }) => guestsThatFit(state))).toEqual([22, 23]);
  });

  it('is asserted of the machine', () => {
    const [, result] = run(`${fleet(2)}scenario s { expect { guests = 22 } }`);
    expect(result?.checks).toMatchObject([{ met: true, got: 22 }]);
  });
});

describe('starting and stopping', () => {
  it('takes no vector for entries that stay masked, and gives all back at the stop', () => {
    const steps = run(`${fleet(2, 'entries = 0')}scenario s { unmask v { entry = 0..7 }; stop g; start g }`);
    expect(steps.map(({ state }) => requestedVectors(functionState(state, 2)))).toEqual([0, 8, 0, 0]);
    expect(steps.map(({ state }) => state.irqNumbersUsed)).toEqual([2, 16, 0, 2]);
  });

  it('leaves a VM off whose function is away, and starts it when it is back', () => {
    const steps = run(`
machine m { cpus = 2 }
interrupt-controller apic : x86-apic
host-bridge pcie0 { root-port rp at 01.0 { hotplug endpoint nic { msix = 4; intx = false } } }
vm g { assign nic }
scenario s { start g; plug nic; start g; start g; unplug nic }
`);
    expect(steps.map(({ state }) => vmState(state, 0))).toEqual([
      { state: 'off', errno: 'ENODEV' },
      { state: 'off', errno: 'ENODEV' },
      { state: 'off', errno: 'ENODEV' },
      { state: 'running', errno: 'none' },
      { state: 'running', errno: 'EBUSY' },
      { state: 'running', errno: 'EBUSY' },
    ]);
    expect(steps.map(({ refused }) => refused.map(({ rule }) => rule))).toEqual([
      ['vm-cannot-start'],
      ['vm-cannot-start'],
      [],
      [],
      ['vm-cannot-start'],
      [],
    ]);
    const last = steps.at(-1)?.state;
    expect(last && [passedThrough(last, 1), lostByVm(last, 0), last.irqNumbersUsed]).toEqual([undefined, 0, 1]);
  });

  it('masks without giving anything back', () => {
    const steps = run(`${fleet(1)}scenario s { mask v { entry = 2..3 }; unmask v { entry = 3 } }`);
    expect(steps.map(({ state }) => passedThrough(state, 2)?.unmasked)).toEqual([
      [{ first: 0, last: 7 }],
      [
        { first: 0, last: 1 },
        { first: 4, last: 7 },
      ],
      [
        { first: 0, last: 1 },
        { first: 3, last: 7 },
      ],
    ]);
    expect(steps.map(({ state }) => requestedVectors(functionState(state, 2)))).toEqual([8, 8, 8]);
  });

  it('uses MSI where there is no MSI-X, and the line where there is neither', () => {
    const state = end(`
machine m { cpus = 2 }
interrupt-controller apic : x86-apic { remapping = intel }
host-bridge pcie0 { endpoint old at 01.0 { msi = 8 }; endpoint older at 02.0 }
vm g { assign old { entries = 3 }; assign older }
`);
    expect([functionState(state, 0).mode, requestedVectors(functionState(state, 0))]).toEqual(['msi', 4]);
    expect([functionState(state, 1).mode, requestedVectors(functionState(state, 1))]).toEqual(['intx', 1]);
  });

  it('gets by with fewer messages where the host has no block of them', () => {
    const state = end(`
machine m { cpus = 2 }
interrupt-controller apic : x86-apic
host-bridge pcie0 { endpoint old at 01.0 { msi = 8; intx = false } }
vm g { assign old }
`);
    expect(requestedVectors(functionState(state, 0))).toBe(1);
    expect([lostByVm(state, 0), vmState(state, 0).errno]).toEqual([7, 'ENOSPC']);
  });
});
