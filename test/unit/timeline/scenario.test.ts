import { describe, expect, it } from 'vitest';
import { placeMachine } from '../../../server/src/pci/placement.ts';
import type { Run } from '../../../server/src/timeline/run.ts';
import { bootMachine, runScenario } from '../../../server/src/timeline/scenario.ts';
import { functionState, grantedVectors } from '../../../server/src/timeline/state.ts';
import { modelOf } from '../model/specs.ts';

/** A GIC with one ITS and a host bridge around the given body; scenarios behind it. */
function spec(body: string, scenarios: string, os = 'linux-7.2'): string {
  return `machine { os = ${os} }
interrupt-controller gic : gicv3 {
  its its0
}
host-bridge pcie0 {
${body}
}
${scenarios}
`;
}

function run(text: string): { boot: Run; runs: Run[] } {
  const { machine } = modelOf(text);
  const boot = bootMachine(placeMachine(machine).topology);
  return { boot, runs: machine.scenarios.map((scenario) => runScenario(boot, scenario)) };
}

function vectorsAfter({ steps }: Run, name: string): number | undefined {
  const state = steps.at(-1)?.state;
  const fn = state?.topology.functions.find((one) => one.name === name)?.index;
  return state === undefined || fn === undefined ? undefined : grantedVectors(functionState(state, fn));
}

const bridge = `
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 at 01.0 { msix = 4; request msix { vectors = 3 } }
      hotplug endpoint late[8] at 02.0 { msix = 10; request msix { vectors = 2..10 } }
    }
  }
`;

describe('a scenario', () => {
  const { runs } = run(
    spec(
      bridge,
      `scenario "full after one" {
  plug late[0]
  expect late[0] { error = ENOSPC; vectors = 0; present = true }
  unplug nic0
  probe late[0]
  expect late[0] { vectors = 4; mode = msix; error = none; device-id = 0x200; first-event = 0; itt-size = 4 }
  expect { failed = 1; lpis = 6; present = 3 }
}`,
    ),
  );
  const [full] = runs;
  if (full === undefined) throw new Error('no scenario');

  it('begins with the implied boot', () => {
    expect(full.steps.map(({ step }) => step?.op)).toEqual([
      undefined,
      'plug',
      'expect',
      'unplug',
      'probe',
      'expect',
      'expect',
    ]);
  });

  it('meets its expectations', () => {
    expect(full.steps.flatMap(({ checks }) => checks).filter(({ met }) => !met)).toEqual([]);
  });

  it('marks the failure that is asked for as wanted, and no other call', () => {
    const wanted = full.steps.flatMap(({ calls }) => calls.filter((call) => call.wanted));
    expect(wanted.map(({ errno }) => errno)).toEqual(['ENOSPC', undefined]);
    expect(wanted[1]?.granted).toBe(4);
  });

  it('keeps every state', () => {
    expect(full.steps.map(({ state }) => state.failed)).toEqual([0, 1, 1, 1, 1, 1, 1]);
  });
});

describe('steps that cannot apply', () => {
  it('are refused, and the scenario goes on', () => {
    const { runs } = run(
      spec(
        bridge,
        `scenario "wrong" {
  unplug late[1]
  probe nic0
  plug nic0
  remove nic0
  remove nic0
  probe nic0
}`,
      ),
    );
    const refused = runs[0]?.steps.map((step) => step.refused.map(({ message }) => message));
    expect(refused).toEqual([
      [],
      ['late[1] is not present'],
      ['nic0 has its driver already'],
      ['nic0 is plugged in already'],
      [],
      ['nic0 has no driver to remove'],
      [],
    ]);
    expect(runs[0] === undefined ? undefined : vectorsAfter(runs[0], 'nic0')).toBe(3);
  });
});

describe('expectations in the body', () => {
  it('are checked after boot', () => {
    const { boot } = run(
      spec(
        'root-port rp at 01.0 { endpoint a { msix = 4; request msix { vectors = 4 }; expect { vectors = 3..4; lpis = [8, 16]; mode = msi } } }',
        '',
      ),
    );
    const checks = boot.steps[0]?.checks.map(({ met, got }) => [met, got]);
    expect(checks).toEqual([
      [true, 4],
      [false, 4],
      [false, 'msix'],
    ]);
  });
});

describe('a top-level hotplug endpoint', () => {
  it('takes the lowest free slot at that moment, and is refused when there is none', () => {
    const { runs } = run(
      spec(
        'root-port rp[2] at 01.0',
        `hotplug endpoint spare[3] { msix = 2; request msix { vectors = 2 } }
scenario "fill" {
  plug spare
  expect spare[0] { vectors = 2; requester-id = 0x100 }
  expect spare[1] { requester-id = 0x200 }
  expect spare[2] { error = ENOSPC; present = false }
  expect { free-slots = 0; failed = 1; error = ENOSPC }
}`,
      ),
    );
    const steps = runs[0]?.steps ?? [];
    expect(steps[1]?.refused.map(({ rule }) => rule)).toEqual(['hotplug-ports-short']);
    expect(steps.flatMap(({ checks }) => checks).filter(({ met }) => !met)).toEqual([]);
  });
});

describe('a failure that is expected', () => {
  const wanted = (...steps: readonly string[]) => {
    const { runs } = run(spec(bridge, `scenario "s" { ${steps.join('; ')} }`));
    return runs[0]?.steps.flatMap(({ calls }) =>
      calls.flatMap((call) => (call.errno === undefined ? [] : call.wanted)),
    );
  };
  it('of the function, or of the machine right after the step', () => {
    expect(wanted('plug late[0]', 'expect late[0] { error = ENOSPC }')).toEqual([true]);
    expect(wanted('plug late[0]', 'expect { error = ENOSPC }')).toEqual([true]);
    expect(wanted('plug late[0]')).toEqual([false]);
    expect(wanted('plug late[0]', 'expect { failed = 1 }')).toEqual([false]);
    expect(wanted('plug late[0]', 'unplug late[0]', 'expect { error = none }')).toEqual([false]);
  });
});

describe('a long run', () => {
  it('can be ended between steps', () => {
    const { machine } = modelOf(spec(bridge, 'scenario "s" { plug late; unplug late; plug late }'));
    const boot = bootMachine(placeMachine(machine).topology);
    const [scenario] = machine.scenarios;
    if (scenario === undefined) throw new Error('no scenario');
    let pauses = 0;
    const stopAtTen = () => {
      if (++pauses === 10) throw new Error('enough');
    };
    expect(() => runScenario(boot, scenario, stopAtTen)).toThrow('enough');
  });
});
