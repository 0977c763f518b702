import { describe, expect, it } from 'vitest';
import { modelOf, repaired, told } from './specs.ts';

const MACHINE = `interrupt-controller gic : gicv3 { its its0 }
host-bridge h { root-port rp { endpoint nic { vf v[4] } } }
hotplug endpoint spare[16] : virtio-blk-pci
vm guest
`;
const stepsOf = (steps: string) => {
  const model = modelOf(`${MACHINE}scenario s {\n${steps}\n}`);
  return { told: told(model), steps: model.machine.scenarios[0]?.steps, model };
};

describe('a scenario', () => {
  it('has steps about functions, the machine and controllers', () => {
    const found = stepsOf(`boot
      plug spare[3]
      probe nic
      expect v[1..2] { vectors = 2..4; mode = [msix, intx]; present = true }
      expect { failed = 0 }
      expect its0 { lpis = 64 }
      expect gic { lpis-free = 100..200 }`);
    expect(found.told).toEqual([]);
    expect(found.steps).toMatchObject([
      { op: 'boot' },
      { op: 'plug', subjects: [{ node: { name: 'spare', count: 16 }, numbers: [3] }] },
      { op: 'probe', subjects: [{ node: { name: 'nic' }, numbers: [0] }] },
      {
        op: 'expect',
        subjects: [{ node: { name: 'v', kind: 'vf' }, numbers: [1, 2] }],
        expectations: [
          { key: 'vectors', accepts: { is: 'range', from: 2, to: 4 } },
          { key: 'mode', accepts: { is: 'list', items: [{ word: 'msix' }, { word: 'intx' }] } },
          { key: 'present', accepts: { is: 'number', number: 1 } },
        ],
      },
      { op: 'expect', subjects: 'machine' },
      { op: 'expect-controller', its: { name: 'its0' }, controller: { name: 'gic' } },
      { op: 'expect-controller', its: undefined, controller: { name: 'gic' } },
    ]);
  });

  it('reads each step with what it is about, and checks the names in it', () => {
    const found = stepsOf(`enable nic { mode = msix; vectors = 2 }
      disable nic
      request-irq nic { vector = 0 }
      start guest
      snapshot later
      offline cpu[0]
      expect guest { state = running }
      stop gest`);
    expect(found.told).toEqual(['unresolved-reference @ gest: No vm named gest; did you mean guest?']);
    expect(found.steps).toMatchObject([
      { op: 'enable', subjects: [{ node: { name: 'nic' } }], asks: { mode: 'msix', min: 2, max: 2 } },
      { op: 'disable', subjects: [{ node: { name: 'nic' } }] },
      { op: 'request-irq', vectors: { first: 0, last: 0 }, cpu: undefined, pasid: undefined },
      { op: 'start', vms: { vm: { name: 'guest' }, numbers: [0] } },
      { op: 'snapshot', name: 'later' },
      { op: 'offline', cpus: [0] },
      { op: 'expect-vm', vms: { vm: { name: 'guest' } }, expectations: [{ key: 'state' }] },
    ]);
  });

  it('looks names up elsewhere after migrate', () => {
    const other = 'host-bridge h { endpoint whoever }\nscenario back { migrate { to = "main.irqtopo" } }';
    const main = `${MACHINE}scenario s {\nmigrate { to = "other.irqtopo" }\nprobe whoever\nprobe nic\nmigrate { to = "main.irqtopo" }\nprobe nic\n}`;
    const model = modelOf({ 'main.irqtopo': main, 'other.irqtopo': other });
    expect(told(model)).toEqual(['unresolved-reference @ nic: No endpoint, vf or bridge named nic']);
    const [scenario] = model.machine.scenarios;
    expect(scenario?.steps.map(({ op }) => op)).toEqual(['migrate', 'probe', 'migrate', 'probe']);
    expect([...model.targets.keys()].map((uri) => uri.split('/').pop())).toEqual(['other.irqtopo', 'main.irqtopo']);
  });

  it('says at the path why a migration leads nowhere, and nothing of the steps after it', () => {
    const given = (path: string, other = '') =>
      told(
        modelOf({
          'main.irqtopo': `${MACHINE}scenario s {\nmigrate { to = ${path} }\nprobe whoever\n}`,
          'lib.irqtopo': other,
        }),
      );
    expect(given('"other.irqtopo"')).toEqual(['include-outside @ "other.irqtopo": "other.irqtopo" does not exist']);
    expect(given('"/other.irqtopo"')[0]).toContain('is absolute');
    expect(given('"lib.irqtopo"', 'device-type nic')).toEqual([
      'include-outside @ "lib.irqtopo": "lib.irqtopo" describes no machine to migrate to: it has neither `machine` nor `host-bridge`',
    ]);
  });

  it('keeps the machine of another spec as it is while that does not change', () => {
    const other = 'host-bridge h { endpoint whoever }';
    const main = (os: string) => `machine { os = ${os} }\nscenario s { migrate { to = "other.irqtopo" } }`;
    const first = modelOf({ 'main.irqtopo': main('linux-6.1'), 'other.irqtopo': other });
    const targetOf = (model: typeof first) => [...model.targets.values()][0]?.target.machine;
    expect(targetOf(first)).toMatchObject({ rules: '6.1', scenarios: [] });
    const again = modelOf({ 'main.irqtopo': `${main('linux-6.1')} `, 'other.irqtopo': other }, first);
    expect(targetOf(again)).toBe(targetOf(first));
    const newer = modelOf({ 'main.irqtopo': main('linux-6.12'), 'other.irqtopo': other }, first);
    expect(targetOf(newer)).toMatchObject({ rules: '6.12' });
  });

  it('boots first, and once', () => {
    expect(stepsOf('probe nic\nboot').told).toEqual([
      'syntax-unexpected-token @ boot: Unexpected boot; it comes first, and is implied where it is missing',
    ]);
    expect(stepsOf('boot\nboot').told).toEqual([
      'syntax-unexpected-token @ boot: Unexpected boot; a scenario boots once',
    ]);
    expect(stepsOf('probe nic').steps?.map(({ op }) => op)).toEqual(['probe']);
  });

  it('does nothing but steps', () => {
    const found = stepsOf('plgu nic\nendpoint e\nprobe');
    expect(found.told).toEqual([
      'syntax-unexpected-token @ plgu: Unknown kind plgu; did you mean plug?',
      'syntax-unexpected-token @ endpoint: Unexpected endpoint in a scenario; it belongs at the top level or in a host-bridge, a root-port, a downstream-port, a pcie-pci-bridge or a pci-bridge',
      'missing-required-field @ probe: probe needs the name of what it is about',
    ]);
    expect(repaired(found.model, found.model.problems[0])).toContain('plug nic');
    expect(found.steps).toEqual([]);
  });

  it('expects of each thing what it has', () => {
    expect(stepsOf('expect { device-id = 3 }\nexpect its0 { mode = msix }\nexpect nic { buses = 3 }').told).toEqual([
      'unknown-property @ device-id: Property device-id cannot be expected of the machine; it is for a function',
      'unknown-property @ mode: Property mode cannot be expected of a controller; it is for a function',
      'unknown-property @ buses: Property buses cannot be expected of a function; it is for the machine',
    ]);
  });
});

describe('an expectation in a function', () => {
  it('is asserted of it', () => {
    const model = modelOf(
      'host-bridge h { root-port p { expect { vectors = 1 }; endpoint e { expect { state = off } } } }',
    );
    expect(told(model)).toEqual([
      'unknown-property @ state: Property state cannot be expected of a function; it is for a vm',
    ]);
    expect(model.machine.hostBridges[0]?.children[0]?.expectations).toMatchObject([{ key: 'vectors' }]);
  });
});
