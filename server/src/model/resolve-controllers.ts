/** Interrupt controllers and their ITSs. */
import { QEMU_V2M_FRAME } from '../schema/hypervisor-tables.ts';
import type { Value } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import type { Controller, Gicv5, Its, OtherController, RiscvImsic, X86Apic } from './machine.ts';
import type { Layers } from './values.ts';
import { asBoolean, asItems, asNumber, asRange, asWord, valueIn } from './values.ts';

export interface Controllers {
  readonly all: readonly Controller[];
  /** By declaration; for an ITS also the controller it belongs to. */
  readonly byDecl: ReadonlyMap<Declared, { readonly controller: Controller; readonly its: Its | undefined }>;
}

const OTHER_TYPES: readonly OtherController['type'][] = ['gicv2m', 'spapr-xics', 'spapr-xive', 'spapr-dual'];

/** The controllers of a spec; a block whose type is missing or unknown is none. */
export function resolveControllers(decls: readonly Declared[]): Controllers {
  const all: Controller[] = [];
  const byDecl = new Map<Declared, { readonly controller: Controller; readonly its: Its | undefined }>();
  for (const decl of decls) {
    const { controller, itses } = remembered(decl);
    if (controller === undefined) continue;
    all.push(controller);
    byDecl.set(decl, { controller, its: undefined });
    for (const its of itses) byDecl.set(its.decl, { controller, its });
  }
  return { all, byDecl };
}

interface Resolved {
  readonly controller: Controller | undefined;
  readonly itses: readonly Its[];
}

const resolved = new WeakMap<Declared, Resolved>();

/** A controller depends on nothing but its block, so an edit elsewhere leaves it the same object. */
function remembered(decl: Declared): Resolved {
  const known = resolved.get(decl);
  if (known !== undefined) return known;
  const itses = decl.children.filter(({ kind }) => kind === 'its').map(resolveIts);
  const made = { controller: resolveController(decl, itses), itses };
  resolved.set(decl, made);
  return made;
}

function resolveController(decl: Declared, itses: readonly Its[]): Controller | undefined {
  const { name } = decl;
  const layers: Layers = [decl];
  if (decl.type === 'gicv3') {
    return {
      type: 'gicv3',
      decl,
      name,
      idBits: asNumber(valueIn(layers, 'id-bits')) ?? 16,
      lpiLimit: asNumber(valueIn(layers, 'lpi-limit')),
      gicv4: asBoolean(valueIn(layers, 'gicv4')) ?? false,
      directLpi: asBoolean(valueIn(layers, 'direct-lpi')) ?? false,
      itses,
    };
  }
  if (decl.type === 'x86-apic') return resolveX86Apic(decl);
  if (decl.type === 'gicv5') return resolveGicv5(decl, itses);
  if (decl.type === 'riscv-imsic') return resolveImsic(decl);
  const type = OTHER_TYPES.find((known) => known === decl.type);
  if (type === undefined) return undefined;
  return { type, decl, name, spiFrames: type === 'gicv2m' ? framesOf(valueIn(layers, 'spis')) : [] };
}

const resolveGicv5 = (decl: Declared, itses: readonly Its[]): Gicv5 => ({
  type: 'gicv5',
  decl,
  name: decl.name,
  idBits: asNumber(valueIn([decl], 'id-bits')) ?? 16,
  itses,
});

const resolveImsic = (decl: Declared): RiscvImsic => ({
  type: 'riscv-imsic',
  decl,
  name: decl.name,
  identities: asNumber(valueIn([decl], 'identities')) ?? 255,
});

function resolveX86Apic(decl: Declared): X86Apic {
  const layers: Layers = [decl];
  const isa = valueIn(layers, 'isa-irqs');
  const isaIrqs = isa === undefined ? [] : asItems(isa).flatMap((item) => asNumber(item) ?? []);
  const legacyPic = asBoolean(valueIn(layers, 'legacy-pic')) ?? true;
  return {
    type: 'x86-apic',
    decl,
    name: decl.name,
    isaIrqs,
    vectorsInUse: vectorsInUse(valueIn(layers, 'vectors-in-use'), isaIrqs.length),
    ioApicPins: asNumber(valueIn(layers, 'io-apic-pins')) ?? (legacyPic ? ISA_PINS : 0),
    legacyPic,
    ia32: asBoolean(valueIn(layers, 'ia32')) ?? true,
    remapping: asWord(valueIn(layers, 'remapping'), ['none', 'intel', 'amd']) ?? 'none',
    remappingEntries: asNumber(valueIn(layers, 'remapping-entries')),
  };
}

/** The 16 ISA interrupts without the cascade of the 8259 (setup_IO_APIC_irqs, arch/x86/kernel/apic/io_apic.c). */
const ISA_PINS = 15;

/** By CPU: a plain number speaks of CPU 0, where the ISA interrupts are. */
function vectorsInUse(value: Value | undefined, isaIrqs: number): readonly number[] {
  const [boot = 0, ...others] = value === undefined ? [] : asItems(value).map((item) => asNumber(item) ?? 0);
  return [Math.max(boot, isaIrqs), ...others];
}

function framesOf(value: Value | undefined): OtherController['spiFrames'] {
  if (value === undefined) return [QEMU_V2M_FRAME];
  return asItems(value).flatMap((item) => asRange(item) ?? []);
}

function resolveIts(decl: Declared): Its {
  const layers: Layers = [decl];
  return {
    decl,
    name: decl.name,
    deviceIdBits: asNumber(valueIn(layers, 'device-id-bits')) ?? 16,
    eventIdBits: asNumber(valueIn(layers, 'event-id-bits')) ?? 16,
    indirect: asBoolean(valueIn(layers, 'indirect')) ?? true,
    ittEntrySizeBytes: asNumber(valueIn(layers, 'itt-entry-size')) ?? 12,
    quirk: asWord(valueIn(layers, 'quirk'), ['none', 'cavium-22375', 'qdf2400-e0065', 'synquacer']) ?? 'none',
  };
}
