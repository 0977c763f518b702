import { describe, expect, it } from 'vitest';
import { defaultPlan, type TypeContext } from '../../../server/src/catalogue/index.ts';
import type { Capabilities, Request } from '../../../server/src/model/machine.ts';
import { capabilities, machine, type } from './types.ts';

/** The rungs of each allocating call, and `free` between them. */
function calls(name: string, context: TypeContext, own: Partial<Capabilities> = {}): (readonly Request[] | 'free')[] {
  const all = { ...capabilities(name, context), ...own };
  return type(name)
    .plan({ ...context, capabilities: all })
    .map((call) => (call.call === 'free' ? 'free' : call.ladder));
}

/** What each call is granted when nothing else runs short. */
function demand(name: string, context: TypeContext): (string | 'free')[] {
  const { msix, msi } = capabilities(name, context);
  return calls(name, context).map((rungs) => {
    if (rungs === 'free') return rungs;
    const first = rungs[0];
    if (first === undefined) return 'nothing';
    const possible = first.affinity === 'managed' ? first.pre + context.possibleCpus : first.max;
    const offered = { msix, msi, intx: 1, ims: 0 }[first.mode];
    return `${first.mode} ${Math.min(first.max, offered, possible)}`;
  });
}

describe('what drivers ask for', () => {
  // Measured with stock drivers on arm64 with 1 and 4 CPUs, Linux 6.1, 6.12 and 7.2 alike.
  it.each([
    ['virtio-net-pci', ['msix 3'], ['msix 3']],
    ['virtio-blk-pci', ['msix 2'], ['msix 5']],
    ['nvme', ['msix 1', 'free', 'msix 2'], ['msix 1', 'free', 'msix 5']],
    ['e1000e', ['msix 3'], ['msix 3']],
    ['igb', ['msix 1', 'free', 'msix 3'], ['msix 1', 'free', 'msix 9']],
    ['qemu-xhci', ['msix 2'], ['msix 5']],
    ['vmxnet3', ['msix 3'], ['msix 5']],
    ['virtio-rng-pci', ['msix 2'], ['msix 2']],
    ['ahci', ['msi 1'], ['msi 1']],
  ])('%s on 1 and on 4 CPUs', (name, one, four) => {
    for (const rules of ['6.1', '6.12', '7.2'] as const) {
      expect(demand(name, machine(1, { rules })), rules).toEqual(one);
      expect(demand(name, machine(4, { rules })), rules).toEqual(four);
    }
  });

  it('virtio tries one vector per queue, then two, then the pin', () => {
    const rungs = (rules: TypeContext['rules']) =>
      calls('virtio-net-pci', machine(4, { rules, queues: 4 })).map((call) =>
        call === 'free' ? call : call.map((rung) => [rung.mode, rung.min, rung.max]),
      );
    expect(rungs('6.1')).toEqual([
      [
        ['msix', 9, 9],
        ['msix', 2, 2],
        ['intx', 1, 1],
      ],
    ]);
    // From 6.11 on it tries the same number once more, for types with slow queues.
    expect(rungs('7.2')).toEqual([
      [
        ['msix', 9, 9],
        ['msix', 9, 9],
        ['msix', 2, 2],
        ['intx', 1, 1],
      ],
    ]);
  });

  it('leaves out what the kernel refuses before the controller hears of it', () => {
    const modes = (name: string) =>
      calls(name, machine(1)).flatMap((call) =>
        call === 'free' ? [] : call.map((rung) => `${rung.mode} ${rung.min}`),
      );
    expect(modes('virtio-balloon-pci')).toEqual(['msix 2', 'intx 1']);
    expect(modes('vhost-vsock-pci')).toEqual(['msix 2', 'intx 1']);
    // One vector is too few for its two queues: what it asks for in vain stays, for it is why it ends on its pin.
    expect(modes('vhost-user-gpio-pci')).toEqual(['msix 2', 'intx 1']);
    expect(modes('e1000')).toEqual(['intx 1']);
    expect(modes('ivshmem-plain')).toEqual([]);
  });

  it('holds queue vectors of disks on every CPU', () => {
    const managed = (name: string) => {
      const last = calls(name, machine(4)).at(-1);
      const rung = last === 'free' ? undefined : last?.[0];
      return [rung?.affinity, rung?.pre, rung?.max];
    };
    expect(managed('virtio-blk-pci')).toEqual(['managed', 1, 5]);
    expect(managed('virtio-scsi-pci')).toEqual(['managed', 3, 7]);
    expect(managed('nvme')).toEqual(['managed', 1, 5]);
    expect(managed('smartpqi')).toEqual(['managed', 0, 4]);
    expect(managed('virtio-net-pci')).toEqual(['spread', 0, 3]);
  });

  it('knows that xhci took all or one up to 6.7, and what fits later', () => {
    const ranges = (rules: TypeContext['rules']) =>
      calls('nec-usb-xhci', machine(4, { rules })).flatMap((call) =>
        call === 'free' ? [] : call.map((rung) => [rung.mode, rung.min, rung.max, ...rung.fallback]),
      );
    expect(ranges('6.1')).toEqual([
      ['msix', 5, 5],
      ['msi', 1, 1],
      ['intx', 1, 1],
    ]);
    expect(ranges('6.12')).toEqual([
      ['msix', 1, 5, 'msi'],
      ['intx', 1, 1],
    ]);
  });

  it('pairs the queues of igb where they are many', () => {
    const vectors = (cpus: number) => demand('igb', machine(cpus)).at(-1);
    expect([2, 3, 4, 5, 8, 64].map(vectors)).toEqual(['msix 5', 'msix 7', 'msix 9', 'msix 6', 'msix 9', 'msix 9']);
  });

  it('limits big cards by CPUs and table', () => {
    expect(demand('ixgbe-82599', machine(8))).toEqual(['msix 9']);
    expect(demand('ixgbe-82599', machine(128))).toEqual(['msix 64']);
    expect(demand('mlx5-connectx5', machine(16))).toEqual(['msix 17']);
    expect(demand('mlx5-connectx5', machine(128))).toEqual(['msix 64']);
    expect(demand('i40e-xl710', machine(128))).toEqual(['msix 129']);
    expect(demand('kioxia-cm7', machine(192))).toEqual(['msix 1', 'free', 'msix 129']);
  });

  it('obeys a table that the spec replaced', () => {
    expect(
      calls('nvme', machine(4), { msix: 0, msi: 0 }).map((call) => (call === 'free' ? call : call[0]?.fallback)),
    ).toEqual([['msi', 'intx'], 'free', ['msi', 'intx']]);
    expect(calls('virtio-net-pci', machine(1), { msix: 2 })[0]).toMatchObject([{ min: 2 }, { mode: 'intx' }]);
  });

  it('takes a function without a type for one that wants all it has', () => {
    const bare: Capabilities = { msi: 0, msiMaskable: true, msi64bit: true, msix: 0, intx: true, ims: 0 };
    const first = (own: Partial<Capabilities>) => {
      const call = defaultPlan({ ...bare, ...own })[0];
      return call?.call === 'allocate' ? call.ladder : undefined;
    };
    expect(first({ msix: 10, msi: 4 })).toMatchObject([{ mode: 'msix', min: 1, max: 10, fallback: ['msi', 'intx'] }]);
    expect(first({ msi: 4 })).toMatchObject([{ mode: 'msi', min: 1, max: 4, fallback: ['intx'] }]);
    expect(first({})).toMatchObject([{ mode: 'intx', min: 1, max: 1 }]);
    expect(first({ intx: false })).toBeUndefined();
  });
});
