import { describe, expect, it } from 'vitest';
import { FIRST_SPEC, modelOf, told } from './specs.ts';

describe('the first spec of the language', () => {
  const model = modelOf(FIRST_SPEC);
  const { machine } = model;

  it('has nothing wrong with it', () => {
    expect(told(model)).toEqual([]);
    expect(machine.complete).toBe(true);
  });

  it('has the machine and its defaults', () => {
    expect(machine).toMatchObject({
      os: { major: 6, minor: 1 },
      rules: '6.1',
      vmm: undefined,
      firmware: 'devicetree',
      cpus: 1,
      possibleCpus: 1,
      pageSizeBytes: 4096,
      routes: undefined,
    });
  });

  it('has a GICv3 with one ITS, and the map to it', () => {
    expect(machine.controllers).toMatchObject([
      { type: 'gicv3', name: 'gic', idBits: 16, itses: [{ name: 'its0', deviceIdBits: 16, indirect: true }] },
    ]);
    expect(machine.hostBridges).toMatchObject([
      {
        name: 'pcie0',
        segment: 0,
        ecamBytes: 256 * 1024 * 1024,
        msi: {
          by: 'map',
          mask: 0xffff,
          entries: [{ its: { name: 'its0' }, requesterIdFirst: 0, requesterIdLast: 0xffff, deviceIdFirst: 0 }],
        },
      },
    ]);
  });

  it('has the tree of functions with their types resolved', () => {
    const [rp0, rp1] = machine.hostBridges[0]?.children ?? [];
    expect(rp0).toMatchObject({
      kind: 'root-port',
      type: 'pcie-root-port',
      at: { device: 1, function: 0 },
      capabilities: { msix: 1 },
      bridge: { hotplug: 'native', alias: 'none', serviceVectors: 1 },
    });
    const [br0] = rp0?.children ?? [];
    expect(br0).toMatchObject({ kind: 'pcie-pci-bridge', bridge: { hotplug: 'shpc', alias: 'secondary' } });
    const [nic0, late] = br0?.children ?? [];
    expect(nic0).toMatchObject({ name: 'nic0', capabilities: { msix: 4, msi: 0 }, hotplug: false, count: undefined });
    expect(nic0?.plan).toMatchObject([{ call: 'allocate', ladder: [{ mode: 'msix', min: 3, max: 3 }, {}, {}] }]);
    expect(late).toMatchObject({ name: 'late', count: 8, hotplug: true, capabilities: { msix: 10 } });
    expect(late?.plan).toMatchObject([{ call: 'allocate', ladder: [{ mode: 'msix', min: 2, max: 10 }] }]);
    const [ssd] = rp1?.children ?? [];
    expect(ssd).toMatchObject({ type: 'nvme', capabilities: { msix: 65 } });
    expect(ssd?.plan).toMatchObject([{ call: 'allocate', ladder: [{ mode: 'msix', min: 2, max: 5 }] }]);
    expect(ssd?.expectations).toMatchObject([
      { key: 'device-id', accepts: { is: 'number', number: 0x300 } },
      { key: 'events', accepts: { is: 'number', number: 5 } },
    ]);
  });

  it('has the scenario with its steps', () => {
    expect(machine.scenarios).toMatchObject([
      {
        name: 'the shared table is full after one',
        steps: [
          { op: 'boot' },
          { op: 'plug', subjects: [{ node: { name: 'late' }, numbers: [0] }] },
          { op: 'expect', expectations: [{ key: 'error', accepts: { is: 'word', word: 'ENOSPC' } }] },
          { op: 'unplug', subjects: [{ node: { name: 'nic0' }, numbers: [0] }] },
          { op: 'probe', subjects: [{ node: { name: 'late' }, numbers: [0] }] },
          { op: 'expect', expectations: [{ key: 'vectors', accepts: { is: 'number', number: 4 } }] },
        ],
      },
    ]);
    const plug = machine.scenarios[0]?.steps[1];
    const late = machine.hostBridges[0]?.children[0]?.children[0]?.children[1];
    expect(plug?.op === 'plug' && plug.subjects[0]?.node).toBe(late);
  });
});
