/** Interrupt message storage: on the host, and in guests with and without the hypercall. */
import { describe, expect, it } from 'vitest';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import { lostByVm, vmState } from '../../../server/src/timeline/guests/state.ts';
import { imsAllocated, imsState, pasidOf } from '../../../server/src/timeline/ims.ts';
import type { StepResult } from '../../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../../server/src/timeline/scenario.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { modelOf } from '../model/specs.ts';

function run(steps: string, { os = 'linux-6.6', remapping = 'intel', fn = 'ims = 16; intx = false', vm = '' } = {}) {
  const { machine, problems } = modelOf(`
machine m { os = ${os}; cpus = 2 }
interrupt-controller apic : x86-apic { remapping = ${remapping} }
host-bridge pcie0 { endpoint dsa at 01.0 { ${fn} } }
${vm}
scenario s { ${steps} }
`);
  expect(problems).toEqual([]);
  const [scenario] = machine.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return runScenario(bootMachine(placeMachine(machine).topology), scenario).steps;
}

function end(steps: readonly StepResult[]): StepResult {
  const last = steps.at(-1);
  if (last === undefined) throw new Error('no steps');
  return last;
}

const errnoOf = (result: StepResult) => functionState(result.state, 0).errno;
const used = ({ state }: StepResult) => {
  const [apic] = state.controllers;
  return apic?.type === 'x86-apic' ? apic.matrix.cpus.map(({ allocated }) => allocated) : [];
};

describe('message storage on the host', () => {
  it('is allocated one by one, lowest first, and takes a vector when a handler comes', () => {
    const steps = run('allocate dsa { mode = ims; count = 3 }; request-irq dsa { vector = 0..1; pasid = 7 }');
    expect(imsAllocated(end(steps).state, 0)).toEqual([{ first: 0, last: 2 }]);
    expect(imsState(end(steps).state, 0).handlers).toEqual([{ first: 0, last: 1 }]);
    expect([0, 1, 2].map((entry) => pasidOf(end(steps).state, 0, entry))).toEqual([7, 7, undefined]);
    const [booted, allocated, requested] = steps.map(used);
    expect(allocated).toEqual(booted);
    expect(requested?.reduce((sum, n) => sum + n, 0)).toBe((booted?.reduce((sum, n) => sum + n, 0) ?? 0) + 2);
  });

  it.each([
    ['6.1', 'ENOTSUPP'],
    ['6.2', 'none'],
    ['6.9', 'none'],
    ['6.10', 'ENOTSUPP'],
    ['7.2', 'ENOTSUPP'],
  ])('on Linux %s ends with %s', (version, errno) => {
    expect(errnoOf(end(run('allocate dsa { mode = ims }', { os: `linux-${version}` })))).toBe(errno);
  });

  it('needs interrupt remapping', () => {
    expect(errnoOf(end(run('allocate dsa { mode = ims }', { remapping: 'none' })))).toBe('ENOTSUPP');
  });

  it('stands beside MSI-X, and each is given back by itself', () => {
    const fn = 'msix = 8; ims = 4; intx = false; request msix { vectors = 2 }; request ims { vectors = 1..8 }';
    const steps = run('disable dsa; free dsa { mode = ims; index = 1 }; free dsa { mode = ims }', { fn });
    const [booted, disabled, freed, last] = steps;
    expect(booted && [functionState(booted.state, 0).vectors.length, imsAllocated(booted.state, 0)]).toEqual([
      1,
      [{ first: 0, last: 3 }],
    ]);
    expect(disabled && imsAllocated(disabled.state, 0)).toEqual([{ first: 0, last: 3 }]);
    expect(freed && imsAllocated(freed.state, 0)).toEqual([
      { first: 0, last: 0 },
      { first: 2, last: 3 },
    ]);
    expect(last && imsAllocated(last.state, 0)).toEqual([
      { first: 0, last: 0 },
      { first: 2, last: 2 },
    ]);
  });

  it('goes with the driver, and the machine is as before', () => {
    const fn = 'ims = 4; intx = false; request ims { vectors = 4 }';
    const steps = run('remove dsa; probe dsa', { fn });
    const [booted, removed, probed] = steps;
    expect(booted && used(booted)).toEqual(probed && used(probed));
    expect(removed?.state.irqNumbersUsed).toBe(0);
    expect(removed && imsAllocated(removed.state, 0)).toEqual([]);
  });

  it.each([
    ['allocate dsa { mode = ims; index = 3 }; allocate dsa { mode = ims; index = 3 }', 'EBUSY'],
    ['allocate dsa { mode = ims; index = 16 }', 'ERANGE'],
    ['allocate dsa { mode = ims; index = 14; count = 3 }', 'ERANGE'],
    ['allocate dsa { mode = ims; count = 17 }', 'EBUSY'],
    ['free dsa { mode = ims; index = 2 }', 'EINVAL'],
    ['set-pasid dsa { entry = 0; pasid = 1 }', 'EINVAL'],
    [
      'allocate dsa { mode = ims }; set-pasid dsa { entry = 0; pasid = 1 }; set-pasid dsa { entry = 0; pasid = 2 }',
      'EBUSY',
    ],
    [
      'allocate dsa { mode = ims }; set-pasid dsa { entry = 0; pasid = 1 }; set-pasid dsa { entry = 0; pasid = 1 }',
      'none',
    ],
  ])('%s ends with %s', (steps, errno) => {
    expect(errnoOf(end(run(steps)))).toBe(errno);
  });
});

describe('message storage in a guest', () => {
  const guest = (more: string) => ({ vm: `vm g { os = linux-6.6; ${more} assign dsa { ims = 8 } }` });

  it('is served by the host where the guest can ask for address and data pairs', () => {
    const last = end(run('expect g { state = running; error = none }', guest('interrupt-hypercall = true;')));
    expect(imsState(last.state, 0).handlers).toEqual([{ first: 0, last: 7 }]);
    expect(last.checks.every(({ met }) => met)).toBe(true);
  });

  it('is refused without the hypercall', () => {
    const [booted] = run('', guest(''));
    expect(booted?.guestEvents).toEqual([{ is: 'ims-refused', vm: 0, fn: 0, why: 'no-hypercall' }]);
    expect(booted && vmState(booted.state, 0)).toEqual({ state: 'running', errno: 'ENOTSUPP' });
    expect(booted && imsAllocated(booted.state, 0)).toEqual([]);
    expect(booted && lostByVm(booted.state, 0)).toBe(0);
  });

  it('is given back when the guest stops', () => {
    const steps = run('stop g; start g', guest('interrupt-hypercall = true;'));
    expect(steps.map(({ state }) => imsAllocated(state, 0).length)).toEqual([1, 0, 1]);
    expect(steps[1]?.state.irqNumbersUsed).toBe(0);
  });
});
