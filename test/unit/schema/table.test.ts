import { describe, expect, it } from 'vitest';
import {
  FUNCTION_KINDS,
  isBus,
  isStep,
  KINDS,
  keywords,
  kindOf,
  kindsAllowedIn,
  mayStandIn,
  propertiesOf,
  propertyOf,
  wordsOf,
} from '../../../server/src/schema/index.ts';

const words = (text: string) => text.trim().split(/\s+/);

const BRIDGE = `bus buses hotplug msi msix pme-message aer-message dpc-message service-vectors chassis slot alias ari
  msi-bus multifunction spread`;
const FUNCTION = `msi msix msi-maskable msi-64bit intx ims queues dma-alias driver pci-id`;
const REQUEST = 'vectors fallback affinity pre post sets entries irqs';

/** The language as it was agreed on, written down by hand. */
const LANGUAGE: Record<string, string> = {
  machine: 'os vmm machine-type firmware cpus possible-cpus page-size routes',
  'interrupt-controller': `id-bits lpi-limit gicv4 direct-lpi spis cpus isa-irqs vectors-in-use legacy-pic ia32 remapping
    remapping-entries machine-version identities`,
  its: 'device-id-bits event-id-bits indirect itt-entry-size quirk',
  'host-bridge': 'segment ecam bus-range msi-parent msi-map-mask msi-bus remapping-unit',
  'msi-map': 'requester-ids device-ids',
  expander: 'bus msi-bus',
  'root-port': BRIDGE,
  switch: BRIDGE,
  'downstream-port': BRIDGE,
  'pcie-pci-bridge': BRIDGE,
  'pci-bridge': BRIDGE,
  endpoint: `${FUNCTION} vfs vf-offset vf-stride interface multifunction spread`,
  'device-type': `${FUNCTION} vfs vf-offset vf-stride interface`,
  vf: FUNCTION,
  request: REQUEST,
  vm: 'os vmm routes interrupt-hypercall autostart on-error',
  assign: 'entries flow ims',
  scenario: '',
  boot: '',
  plug: '',
  unplug: '',
  probe: '',
  remove: '',
  enable: `mode ${REQUEST}`,
  disable: '',
  allocate: 'mode index count',
  free: 'mode index count',
  'request-irq': 'vector cpu pasid',
  'free-irq': 'vector',
  mask: 'entry',
  unmask: 'entry',
  'set-pasid': 'entry pasid',
  start: '',
  stop: '',
  online: '',
  offline: '',
  snapshot: '',
  migrate: 'to',
  expect: `device-id requester-id mode vectors irqs events first-event itt-size lpis first-lpi first-irq irtes managed lost
    present error available state spis msis lpis-free spis-free irtes-free msis-free buses free-slots guests failed`,
};

describe('the table', () => {
  it.each(Object.entries(LANGUAGE))('has %s with all its properties', (kind, keys) => {
    expect(kindOf(kind)).toBeDefined();
    for (const key of words(keys).filter(Boolean)) expect(propertyOf(kind, key), `${kind}: ${key}`).toBeDefined();
  });

  it('has no other kinds, and each kind once', () => {
    expect(KINDS.map((kind) => kind.word).sort()).toEqual(Object.keys(LANGUAGE).sort());
  });

  it('names each property once per kind', () => {
    for (const kind of KINDS) {
      const keys = kind.properties.map((property) => property.key);
      expect(new Set(keys).size, kind.word).toBe(keys.length);
    }
  });

  it('documents everything in sentences', () => {
    for (const kind of KINDS) {
      expect(kind.doc, kind.word).toMatch(/^[A-Z].*[.…]$/s);
      expect(kind.example).toContain(kind.word);
      for (const property of kind.properties) {
        expect(property.doc, `${kind.word}.${property.key}`).toMatch(/^[A-Z0-9`].*\.$/s);
        for (const word of wordsOf(property.type)) expect(word.doc, word.word).toMatch(/^[A-Z].*[.…]$/s);
      }
    }
  });

  it('gives a default wherever a property may be left out, except in assertions', () => {
    for (const kind of KINDS.filter((each) => each.word !== 'expect'))
      for (const property of kind.properties)
        expect(property.default !== undefined, `${kind.word}.${property.key}`).toBe(!property.required);
  });

  it('has the defaults of the language', () => {
    const value = (kind: string, key: string) => propertyOf(kind, key)?.default?.value;
    expect(value('machine', 'os')).toBe('linux-7.2');
    expect(value('machine', 'vmm')).toBe('none');
    expect(value('machine', 'page-size')).toBe(4096);
    expect(value('machine', 'routes')).toBe(4096);
    expect(value('interrupt-controller', 'id-bits')).toBe(16);
    expect(value('interrupt-controller', 'spis')).toEqual({ from: 80, to: 143 });
    expect(value('interrupt-controller', 'identities')).toBe(255);
    expect(value('its', 'device-id-bits')).toBe(16);
    expect(value('its', 'itt-entry-size')).toBe(12);
    expect(value('host-bridge', 'ecam')).toBe(256 * 2 ** 20);
    expect(value('host-bridge', 'msi-map-mask')).toBe(0xffff);
    expect(value('endpoint', 'interface')).toBe('either');
    expect(value('endpoint', 'vf-stride')).toBe(1);
    expect(value('request', 'affinity')).toBe('spread');
    expect(value('vm', 'vmm')).toBe('qemu-10.0');
    expect(value('assign', 'ims')).toBe(false);
    expect(value('allocate', 'mode')).toBe('msix');
  });

  it('has each type of controller', () => {
    const type = kindOf('interrupt-controller')?.type;
    const listed = type?.take === 'listed' ? type.types.map((each) => each.word) : [];
    expect(listed).toEqual(words('gicv3 gicv2m gicv5 x86-apic spapr-xics spapr-xive spapr-dual riscv-imsic'));
    for (const property of kindOf('interrupt-controller')?.properties ?? [])
      for (const only of property.onlyFor ?? []) expect(listed).toContain(only);
  });
});

describe('look-ups', () => {
  it('knows which properties a type of controller has', () => {
    expect(propertyOf('interrupt-controller', 'id-bits', 'gicv3')?.key).toBe('id-bits');
    expect(propertyOf('interrupt-controller', 'id-bits', 'gicv2m')).toBeUndefined();
    expect(propertiesOf('interrupt-controller', 'gicv2m').map((property) => property.key)).toEqual(['spis']);
    expect(propertyOf('endpoint', 'nonsense')).toBeUndefined();
    expect(kindOf('nonsense')).toBeUndefined();
  });

  it('knows what stands where', () => {
    expect(kindsAllowedIn('top').map((kind) => kind.word)).toEqual(
      words('machine interrupt-controller host-bridge endpoint device-type vm scenario'),
    );
    expect(kindsAllowedIn('interrupt-controller').map((kind) => kind.word)).toEqual(['its']);
    expect(kindsAllowedIn('switch').map((kind) => kind.word)).toEqual(['downstream-port', 'expect']);
    expect(kindsAllowedIn('boot')).toEqual([]);
    const standIn = (word: string, parent: string) => {
      const kind = kindOf(word);
      return kind && mayStandIn(kind, parent);
    };
    expect(standIn('root-port', 'host-bridge')).toBe('yes');
    expect(standIn('root-port', 'pci-bridge')).toBe('topology');
    expect(standIn('endpoint', 'expander')).toBe('topology');
    expect(standIn('endpoint', 'endpoint')).toBe('no');
    expect(standIn('its', 'top')).toBe('no');
  });

  it('tells steps and buses from the rest', () => {
    const steps = KINDS.filter((kind) => isStep(kind.word)).map((kind) => kind.word);
    expect(steps).toEqual(
      words(`boot plug unplug probe remove enable disable allocate free request-irq free-irq mask unmask set-pasid start
        stop online offline snapshot migrate expect`),
    );
    expect(FUNCTION_KINDS.filter(isBus)).toEqual(words('root-port switch downstream-port pcie-pci-bridge pci-bridge'));
    expect(isBus('expander')).toBe(true);
    expect(isBus('endpoint')).toBe(false);
  });

  it('lists keywords once', () => {
    expect(keywords()).toEqual(
      expect.arrayContaining(words('devicetree acpi native shpc managed ENOSPC msix unlimited')),
    );
    expect(new Set(keywords()).size).toBe(keywords().length);
    expect(keywords()).not.toContain('true');
  });
});
