/** What each step does to the machine, in order: commands, vectors, entries, answers; and with which errno it cannot be done. */
import { describe, expect, it } from 'vitest';
import { type Effect, mergeEffects } from '../../../server/src/controllers/effect.ts';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { Run, StepResult } from '../../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../../server/src/timeline/scenario.ts';
import { functionState } from '../../../server/src/timeline/state.ts';
import { predictedCommands } from '../../conformance/commands.ts';
import { modelOf } from '../model/specs.ts';

const its = 'interrupt-controller gic : gicv3 { its its0 }';
const x86 = 'interrupt-controller apic : x86-apic';
const intel = `${x86} { remapping = intel }`;

/** A scenario with these steps on a machine with one port per function. */
function run(head: string, functions: readonly string[], steps: readonly string[]): Run {
  const ports = functions.map((body, i) => `  root-port p${i} at 0${i + 1}.0 { ${body} }`);
  const text = `${head}\nhost-bridge pcie0 {\n${ports.join('\n')}\n}\nscenario s {\n${steps.join('\n')}\n}\n`;
  const { machine, problems } = modelOf(text);
  expect(problems.map(({ message }) => message)).toEqual([]);
  const [scenario] = machine.scenarios;
  if (scenario === undefined) throw new Error('no scenario');
  return runScenario(bootMachine(placeMachine(machine).topology), scenario);
}

/** The steps after the boot. */
const taken = ({ steps }: Run): readonly StepResult[] => steps.slice(1);

const commands = (result: Run): readonly string[][] => taken(result).map(({ effects }) => predictedCommands(effects));
const effects = (result: Run): readonly Effect[][] => taken(result).map((step) => mergeEffects(step.effects));

/** Of the function declared by a name: its errno after each step. */
const errnos = (result: Run, name: string): readonly string[] =>
  taken(result).map(({ state }) => {
    const fn = state.topology.functions.find((one) => one.name === name);
    return fn === undefined ? 'none' : functionState(state, fn.index).errno;
  });

const nic = 'endpoint nic { msix = 8; request msix { vectors = 4 } }';
const byHand = [
  'free-irq nic { vector = 0..3 }',
  'disable nic',
  'enable nic { vectors = 2 }',
  'request-irq nic { vector = 0..1 }',
  'free-irq nic { vector = 1 }',
  'request-irq nic { vector = 1 }',
  'remove nic',
];

describe('a driver on an ITS', () => {
  it('up to Linux 6.15 its table goes with the last vector, and the next one is as the rules have it', () => {
    const done = run(`machine { os = linux-6.1 }\n${its}`, [nic], byHand);
    expect(commands(done)).toEqual([
      ['DISCARD 256 events 0..3'],
      ['MAPD 256 invalid'],
      ['MAPD 256 events 2 lpis 8193+2 of 2', 'MAPTI 256 events 0..1 lpis 8193..8194'],
      [],
      ['DISCARD 256 events 1'],
      ['MAPTI 256 events 1 lpis 8194'],
      ['DISCARD 256 events 0..1', 'MAPD 256 invalid'],
    ]);
  });

  it('on Linux 7.2 the table stays until the driver goes', () => {
    const done = run(`machine { os = linux-7.2 }\n${its}`, [nic], byHand);
    expect(commands(done)).toEqual([
      ['DISCARD 256 events 0..3'],
      [],
      ['MAPTI 256 events 0..1 lpis 8193..8194'],
      [],
      ['DISCARD 256 events 1'],
      ['MAPTI 256 events 1 lpis 8194'],
      ['DISCARD 256 events 0..1', 'MAPD 256 invalid'],
    ]);
  });

  it('a handler is put on the CPU that is asked for', () => {
    const done = run(
      `machine { cpus = 4 }\n${its}`,
      ['endpoint nic { msix = 4; request msix { vectors = 4; irqs = 1 } }'],
      ['request-irq nic { vector = 1..3; cpu = 3 }'],
    );
    expect(commands(done)[0]).toEqual(['MOVI 256 event 1 cpu 3', 'MOVI 256 event 3 cpu 3']);
  });
});

describe('a driver on x86', () => {
  it('takes vectors at request_irq and gives them back at free_irq', () => {
    const [request, release] = effects(
      run(
        `machine { cpus = 2 }\n${x86} { vectors-in-use = 0 }`,
        ['endpoint nic { msix = 4; request msix { vectors = 4; irqs = 1 } }'],
        ['request-irq nic { vector = 1..2 }', 'free-irq nic { vector = 2 }'],
      ),
    );
    expect(request?.map(({ does }) => does)).toEqual(['vectors-taken']);
    const target = request?.[0]?.does === 'vectors-taken' ? request[0].targets[1] : undefined;
    expect(target).toBeDefined();
    expect(release).toEqual([{ does: 'vectors-returned', fn: 1, index: 2, targets: [target] }]);
  });

  it('writes remapping entries with a placeholder, with the vector, with nothing, and gives them back', () => {
    const done = effects(
      run(
        `machine { cpus = 2 }\n${intel}`,
        ['endpoint nic { msi = 8; msi-maskable = true; request msi { vectors = 3; irqs = 1 } }'],
        ['free-irq nic { vector = 0 }', 'disable nic', 'enable nic', 'request-irq nic { vector = 0..2 }'],
      ),
    );
    const written = done.map((step) =>
      step.flatMap((effect) => (effect.does === 'entries-written' ? [`${effect.holds} ${effect.count}`] : [])),
    );
    expect(written).toEqual([['nothing 1'], ['freed 4'], ['placeholder 3'], ['vector 3']]);
    expect(done[3]?.map(({ does }) => does)).toEqual(['vectors-taken', 'entries-written']);
  });

  it('an MSI without mask bits takes its vector when it is enabled', () => {
    const done = effects(
      run(
        `machine { cpus = 2 }\n${x86}`,
        ['endpoint nic { msi = 1; msi-maskable = false }'],
        ['free-irq nic { vector = 0 }', 'disable nic', 'enable nic', 'request-irq nic { vector = 0 }'],
      ),
    );
    expect(done.map((step) => step.map(({ does }) => does))).toEqual([[], ['vectors-returned'], ['vectors-taken'], []]);
  });

  it('entries come and go one by one', () => {
    const done = run(
      `machine { os = linux-6.12; cpus = 2 }\n${x86}`,
      [nic],
      [
        'allocate nic { count = 2 }',
        'allocate nic { index = 4 }',
        'free nic { index = 2 }',
        'allocate nic',
        'free nic { count = 9 }',
        'allocate nic { index = 8 }',
      ],
    );
    const held = taken(done).map(({ state }) =>
      [...state.functions.values()].flatMap(({ driver, vectors }) =>
        driver === 'driver'
          ? vectors.flatMap(({ index, count }) => Array.from({ length: count }, (_, i) => index + i))
          : [],
      ),
    );
    expect(held).toEqual([[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], [0, 1, 3, 4, 5], [0, 1, 3, 4, 5, 2], [], []]);
    expect(errnos(done, 'nic')).toEqual(['none', 'EBUSY', 'none', 'none', 'EINVAL', 'ERANGE']);
  });
});

describe('a driver on pseries', () => {
  it('asks the firmware when it enables', () => {
    const done = run(
      'machine { os = linux-6.12 }\ninterrupt-controller xive : spapr-dual',
      ['endpoint nic { msix = 4; request msix { vectors = 4; irqs = 1 } }'],
      ['free-irq nic { vector = 0 }', 'disable nic', 'enable nic { vectors = 2 }'],
    );
    const asked = effects(done).map((step) =>
      step.flatMap((effect) => (effect.does === 'change-msi' ? [effect.asked] : [])),
    );
    // Up to 6.15 the MSI core releases, and the PCI layer once more.
    expect(asked).toEqual([[], [0, 0], [2]]);
    expect(errnos(done, 'nic')).toEqual(['none', 'none', 'none']);
  });
});

describe('CPUs', () => {
  const four = 'machine { cpus = 4 }';
  const spread = 'endpoint nic { msix = 8; request msix { vectors = 8 } }';

  it('x86: vectors move to others, and stay there', () => {
    const [down, up] = effects(
      run(`${four}\n${x86} { vectors-in-use = 0 }`, [spread], ['offline cpu[3]', 'online cpu[3]']),
    );
    expect(
      down?.every((effect) => effect.does === 'vector-moved' && effect.from?.cpu === 3 && effect.to?.cpu !== 3),
    ).toBe(true);
    expect(down?.length).toBeGreaterThan(0);
    expect(up).toEqual([]);
  });

  it('x86: managed vectors with no other CPU are shut down, and start again', () => {
    const queues = 'endpoint ssd { msix = 4; request msix { vectors = 4; affinity = managed } }';
    const done = effects(run(`${four}\n${x86}`, [queues], ['offline cpu[2]', 'online cpu[2]']));
    const moved = done.map((step) =>
      step.flatMap((effect) => (effect.does === 'vector-moved' ? [[effect.from?.cpu, effect.to?.cpu]] : [])),
    );
    expect(moved[0]).toContainEqual([2, undefined]);
    expect(moved[1]).toEqual([[undefined, 2]]);
  });

  it('ITS: events with handlers move; the others when they get one', () => {
    const some = 'endpoint nic { msix = 8; request msix { vectors = 8; irqs = 4 } }';
    const done = run(
      `${four}\n${its}`,
      [some],
      ['offline cpu[3]', 'free-irq nic { vector = 0..3 }', 'request-irq nic { vector = 0..7 }', 'online cpu[3]'],
    );
    const [down, , again, up] = commands(done);
    expect(down?.every((command) => /^MOVI 256 event [0-3] cpu [0-2]$/.test(command))).toBe(true);
    expect(down?.length).toBeGreaterThan(0);
    expect(again?.some((command) => /^MOVI 256 event [4-7] cpu [0-2]$/.test(command))).toBe(true);
    expect(again?.some((command) => command.includes('cpu 3') || /cpus [\d,]*3/.test(command))).toBe(false);
    expect(up).toEqual([]);
  });

  it('ITS: managed events with no other CPU are unmapped, and mapped again', () => {
    const queues = 'endpoint ssd { msix = 4; request msix { vectors = 4; affinity = managed } }';
    const [down, up] = commands(run(`${four}\n${its}`, [queues], ['offline cpu[2]', 'online cpu[2]']));
    expect(down).toContain('DISCARD 256 events 2');
    expect(up?.[0]).toMatch(/^MAPTI 256 events 2 /);
    expect(up?.slice(1).every((command) => command === 'MOVI 256 event 2 cpu 2')).toBe(true);
  });

  it('ITS: managed events of a CPU that was never online are mapped when it comes', () => {
    const queues = 'endpoint ssd { msix = 4; request msix { vectors = 4; affinity = managed } }';
    const done = run(`machine { cpus = 3; possible-cpus = 4 }\n${its}`, [queues], ['online cpu[3]', 'remove ssd']);
    expect(predictedCommands(done.steps[0]?.effects ?? []).some((command) => / events [\d.]*3 /.test(command))).toBe(
      false,
    );
    const [up, gone] = commands(done);
    expect(up?.[0]).toMatch(/^MAPTI 256 events 3 /);
    expect(gone?.[0]).toBe('DISCARD 256 events 0..3');
  });

  it.each([its, x86, intel, 'interrupt-controller v2m : gicv2m', 'interrupt-controller xive : spapr-dual'])(
    '%s: refuses what is so already, and the last one',
    (controller) => {
      const done = run(
        `machine { cpus = 2; possible-cpus = 3 }\n${controller}`,
        [nic],
        ['online cpu[1]', 'offline cpu[2]', 'online cpu[2]', 'offline cpu[1..2]', 'offline cpu[0]'],
      );
      const last = controller.includes('x86') ? 'EPERM' : 'EBUSY';
      expect(taken(done).map(({ state }) => state.lastErrno)).toEqual(['EINVAL', 'EINVAL', 'none', 'none', last]);
    },
  );
});

it('a snapshot changes nothing', () => {
  const { steps } = run(its, [nic], ['snapshot before', 'disable nic', 'snapshot after']);
  expect(steps[1]?.state).toBe(steps[0]?.state);
  expect(steps[3]?.state).toBe(steps[2]?.state);
});
