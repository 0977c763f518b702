import { describe, expect, it } from 'vitest';
import { modelOf, repaired, told } from './specs.ts';

/** A spec, what is wrong with it, and, where there is advice, the spec after taking the first piece of it. */
const cases: readonly (readonly [what: string, spec: string, told: readonly string[], repaired?: string])[] = [
  [
    'a misspelt kind',
    'host-bridge h { rot-port rp }',
    ['syntax-unexpected-token @ rot-port: Unknown kind rot-port; did you mean root-port?'],
    'host-bridge h { root-port rp }',
  ],
  [
    'a kind that is a property',
    'host-bridge h { endpoint e { msix } }',
    ['syntax-unexpected-token @ msix: msix is a property; write msix = …'],
  ],
  [
    'a kind in the wrong place',
    'host-bridge h { its i }',
    ['syntax-unexpected-token @ its: Unexpected its in a host-bridge; it belongs in an interrupt-controller'],
  ],
  [
    'an ITS in a controller that has none',
    'interrupt-controller g : gicv2m { its i }',
    [
      'syntax-unexpected-token @ its: Unexpected its in an interrupt-controller of type gicv2m; it belongs in gicv3 or gicv5',
    ],
  ],
  [
    'an endpoint outside of a bus',
    'endpoint e : nvme',
    [
      'syntax-unexpected-token @ endpoint: Unexpected endpoint outside of a bus; at the top level stands only "hotplug endpoint", for what has no place yet',
    ],
    'hotplug endpoint e : nvme',
  ],
  [
    'an address for what has no place',
    'hotplug endpoint e : nvme at 01.0',
    ['syntax-unexpected-token @ at 01.0: Unexpected address; outside of a bus an endpoint has no place yet'],
    'hotplug endpoint e : nvme ',
  ],
  [
    'hotplug before what cannot be plugged in',
    'hotplug machine m',
    ['syntax-unexpected-token @ hotplug : Unexpected hotplug; a machine cannot be plugged in'],
    'machine m',
  ],
  [
    'an address where there is none',
    'machine m at 01.0',
    ['syntax-unexpected-token @ at 01.0: Unexpected address; a machine has none'],
  ],
  [
    'a type where there is none',
    'machine m : virt',
    ['syntax-unexpected-token @ : virt: Unexpected type; a machine takes none'],
    'machine m ',
  ],
  [
    'an array where there is none',
    'machine m[3]',
    ['syntax-unexpected-token @ [3]: Unexpected index; a machine cannot be an array'],
    'machine m',
  ],
  [
    'an array declared by a range',
    'host-bridge h { root-port rp[0..3] }',
    ['syntax-unexpected-token @ [0..3]: A range never declares; rp[4] declares 4'],
    'host-bridge h { root-port rp[4] }',
  ],
  [
    'an array that is too long',
    'host-bridge h { root-port rp[1000000] }',
    ['value-out-of-range @ [1000000]: An array has 1..65536 elements, got 1000000'],
    'host-bridge h { root-port rp[65536] }',
  ],
  [
    'an empty array',
    'host-bridge h { root-port rp[0] }',
    ['value-out-of-range @ [0]: An array has 1..65536 elements, got 0'],
    'host-bridge h { root-port rp[1] }',
  ],
  [
    'a missing type',
    'interrupt-controller g { }',
    [
      'missing-required-field @ interrupt-controller g: interrupt-controller g needs a type: gicv3, gicv2m, gicv5, x86-apic, spapr-xics, spapr-xive, spapr-dual or riscv-imsic',
    ],
  ],
  [
    'an unknown controller',
    'interrupt-controller g : gicv4',
    ['unresolved-reference @ gicv4: No type gicv4 of interrupt-controller; did you mean gicv3?'],
    'interrupt-controller g : gicv3',
  ],
  [
    'a missing mode',
    'host-bridge h { endpoint e { request { vectors = 1 } } }',
    ['missing-required-field @ request: request needs a mode: msix, msi, intx or ims'],
  ],
  [
    'an unknown mode',
    'host-bridge h { endpoint e { request msx { vectors = 1 } } }',
    ['syntax-unexpected-token @ msx: Unexpected msx; request takes msix, msi, intx or ims'],
    'host-bridge h { endpoint e { request msix { vectors = 1 } } }',
  ],
  [
    'a request without a number',
    'host-bridge h { endpoint e { request msix } }',
    ['missing-required-field @ request msix: request msix needs vectors'],
  ],
  ['INTx needs no number', 'host-bridge h { endpoint e { request intx } }', []],
  ['a missing property', 'host-bridge h { expander x }', ['missing-required-field @ expander x: expander x needs bus']],
  ['a missing name', 'device-type : nvme', ['missing-required-field @ device-type: device-type needs a name']],
  [
    'a misspelt property',
    'machine m { cpuz = 4 }',
    ['unknown-property @ cpuz: Property cpuz has no effect on machine; did you mean cpus?'],
    'machine m { cpus = 4 }',
  ],
  [
    'a property of another type',
    'interrupt-controller g : gicv3 { remapping = intel }',
    [
      'unknown-property @ remapping: Property remapping has no effect on interrupt-controller of type gicv3; it is for x86-apic',
    ],
  ],
  [
    'a property outside of a block',
    'os = linux-6.1',
    ['unknown-property @ os: Property os has no effect outside of a block; it belongs in machine or vm'],
  ],
  [
    'an include in a block',
    'host-bridge h { include "x" }',
    ['syntax-unexpected-token @ include "x": Unexpected include in a host-bridge; it stands at the top level'],
  ],
  [
    'a property set twice',
    'machine m { cpus = 2; cpus = 4 }',
    ['duplicate-property @ cpus = 4: cpus is already set in this machine; the first one counts'],
    'machine m { cpus = 2;  }',
  ],
  [
    'a number out of range',
    'interrupt-controller g : gicv3 { its i { device-id-bits = 99 } }',
    ['value-out-of-range @ 99: device-id-bits must be 1..32, got 99'],
    'interrupt-controller g : gicv3 { its i { device-id-bits = 32 } }',
  ],
  [
    'a number for a size',
    'host-bridge h { ecam = 16 }',
    ['value-out-of-range @ 16: ecam must be a size such as 16MiB, got 16'],
    'host-bridge h { ecam = 16MiB }',
  ],
  [
    'a size that is not allowed',
    'machine m { page-size = 8KiB }',
    ['value-out-of-range @ 8KiB: page-size must be 4KiB, 16KiB or 64KiB, got 8KiB'],
    'machine m { page-size = 4KiB }',
  ],
  [
    'a word among none',
    'machine m { firmware = uefi }',
    ['value-out-of-range @ uefi: firmware must be devicetree or acpi, got uefi'],
  ],
  [
    'a misspelt word',
    'machine m { firmware = apci }',
    ['value-out-of-range @ apci: firmware cannot be apci; did you mean acpi?'],
    'machine m { firmware = acpi }',
  ],
  [
    'yes for true',
    'host-bridge h { msi-bus = no }',
    ['value-out-of-range @ no: msi-bus must be true or false, got no'],
    'host-bridge h { msi-bus = false }',
  ],
  [
    'half a version',
    'machine m { vmm = qemu-10 }',
    ['value-out-of-range @ qemu-10: vmm must be none or qemu-X.Y, got qemu-10'],
    'machine m { vmm = qemu-10.0 }',
  ],
  [
    'one address for a list',
    'host-bridge h { endpoint e { dma-alias = 02.1 } }',
    ['value-out-of-range @ 02.1: dma-alias must be a list in [ ], each an address such as 05.0, got 02.1'],
    'host-bridge h { endpoint e { dma-alias = [02.1] } }',
  ],
  [
    'a range that runs down',
    'host-bridge h { bus-range = 8..2 }',
    ['value-out-of-range @ 8..2: bus-range: a range goes from low to high, got 8..2'],
    'host-bridge h { bus-range = 2..8 }',
  ],
  [
    'an errno in a list',
    'scenario "s" { expect { error = [ENOSPCE, none] } }',
    ['value-out-of-range @ ENOSPCE: error cannot be ENOSPCE; did you mean ENOSPC?'],
    'scenario "s" { expect { error = [ENOSPC, none] } }',
  ],
  [
    'an MSI count that is no power of two',
    'host-bridge h { endpoint e { msi = 3 } }',
    ['msi-count-not-power-of-two @ 3: MSI count 3 is invalid; the capability allows 1, 2, 4, 8, 16 or 32'],
    'host-bridge h { endpoint e { msi = 4 } }',
  ],
  [
    'too large an MSI-X table',
    'device-type d { msix = 4096 }',
    ['msix-count-out-of-range @ 4096: MSI-X table size 4096 is outside 1..2048'],
    'device-type d { msix = 2048 }',
  ],
  [
    'a minimum above the maximum',
    'host-bridge h { endpoint e { request msix { vectors = 5..2 } } }',
    ['min-greater-than-max @ 5..2: The minimum of 5 vectors is above the maximum of 2: the call fails with -ERANGE'],
    'host-bridge h { endpoint e { request msix { vectors = 2..5 } } }',
  ],
  [
    'no vectors at all',
    'host-bridge h { endpoint e { request msix { vectors = 0 } } }',
    ['request-zero-vectors @ 0: A request for 0 vectors fails with -EINVAL'],
    'host-bridge h { endpoint e { request msix { vectors = 1 } } }',
  ],
  ['a minimum of none', 'host-bridge h { endpoint e { request msix { vectors = 0..4 } } }', []],
  ['a value that is not typed yet', 'host-bridge h { expander x { bus = } }', []],
  [
    'names that are words elsewhere',
    'host-bridge h { endpoint mask; endpoint endpoint; endpoint cpu; endpoint "a b" }',
    [],
  ],
];

describe('what is wrong with a block as written', () => {
  it.each(cases.map(([what, spec, expected, fixed]) => ({ what, spec, expected, fixed })))(
    '$what',
    ({ spec, expected, fixed }) => {
      const model = modelOf(spec);
      expect(told(model)).toEqual(expected);
      if (fixed !== undefined) expect(repaired(model, model.problems[0])).toBe(fixed);
    },
  );

  it('costs no other block its problems or values', () => {
    const model = modelOf(
      'machine m { cpus = 99999999; os = linux-6.1; wiggle }\nhost-bridge h { ecam = 1GiB; segment = 3 }',
    );
    expect(model.problems.map(({ rule }) => rule)).toEqual([
      'value-out-of-range',
      'syntax-unexpected-token',
      'value-out-of-range',
    ]);
    expect(model.machine).toMatchObject({ rules: '6.1', cpus: 1, hostBridges: [{ segment: 3, ecamBytes: 2 ** 28 }] });
  });
});
