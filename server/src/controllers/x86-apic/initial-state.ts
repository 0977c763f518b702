/** An x86 machine before its first PCI driver: what the spec says is in use, and the IO-APIC pins of ISA interrupts. */
import { IntMap } from '../../base/int-map.ts';
import { interval } from '../../base/intervals.ts';
import type { Machine, X86Apic } from '../../model/machine.ts';
import { assignVector, emptyMatrix, type Matrix, reserve, type Target, takeVector } from './matrix.ts';
import { idlePin } from './pins.ts';
import { amdEntries } from './remapping-amd.ts';
import { intelEntries } from './remapping-intel.ts';
import { emptyTables, type RemappingTables, tableAt, withTable } from './remapping-table.ts';
import type { Interrupt, Pin, X86State } from './state.ts';
import { isaVector, vectorSpace } from './vector-space.ts';

/** Interrupt numbers 0..23 are the IO-APIC's pins; message interrupts have higher ones, first of all a remapping unit's faults. */
const firstMessageIrq = { none: 24, intel: 25, amd: 25 } as const;
/** MAX_SPARSE_IRQS: there are always more interrupt numbers than vectors. */
const lastIrq = 2 ** 31 - 1;
/** The ISA interrupt by which the second 8259 reaches the first; it has no pin. */
const cascade = 2;
/**
 * ISA interrupts in the order in which a PC's drivers hold them: timer, ACPI, clock, serial ports, keyboard, mouse. Of those
 * that nobody holds in the recorded machines, 10 and 11 come last: QEMU routes the lines of PCI functions there.
 */
const usualIsaIrqs = [0, 9, 8, 4, 3, 1, 12, 14, 15, 6, 7, 5, 13, 11, 10];

/** Vectors as the spec says; pins that no driver holds are promised one, and with Intel remapping each pin has an entry. */
export function initialX86State(apic: X86Apic, machine: Machine): X86State {
  const { legacyPic, ia32, remapping } = apic;
  const space = vectorSpace(machine.rules, { legacyPic, ia32 });
  const { matrix, bootInterrupts } = vectorsInUse(emptyMatrix(space, machine.possibleCpus, machine.cpus), apic);
  const { defaultAffinity, isolatedManaged } = machine.kernelOptions;
  const pins = idlePins(apic, bootInterrupts.length, defaultAffinity);
  return {
    type: 'x86-apic',
    matrix: reserve(matrix, pins.length).matrix,
    remapping: remapping === 'none' ? undefined : tablesAtBoot(apic, remapping),
    irqNumbers: interval(firstMessageIrq[remapping], lastIrq),
    interrupts: IntMap.empty(),
    bootInterrupts,
    pins: IntMap.of(pins),
    defaultAffinity,
    isolated: isolatedManaged ?? [],
    nodes: machine.numaNodes ?? [],
  };
}

/** An interrupt that holds a vector before the first PCI driver. */
export function bootInterrupt(target: Target): Interrupt {
  return {
    mask: undefined,
    maskSet: false,
    managed: false,
    fixed: false,
    requested: true,
    target,
    previous: undefined,
  };
}

function vectorsInUse(
  empty: Matrix,
  { isaIrqs, vectorsInUse: perCpu }: X86Apic,
): { matrix: Matrix; bootInterrupts: readonly Interrupt[] } {
  let matrix = empty;
  const bootInterrupts: Interrupt[] = [];
  for (const irq of isaIrqs) {
    const target = { cpu: 0, vector: isaVector(irq) };
    matrix = assignVector(matrix, target);
    bootInterrupts.push(bootInterrupt(target));
  }
  for (const [cpu, count] of perCpu.entries()) {
    for (let held = cpu === 0 ? isaIrqs.length : 0; held < count; held++) {
      const taken = takeVector(matrix, [cpu]);
      if (taken === undefined) break;
      matrix = taken.matrix;
      bootInterrupts.push(bootInterrupt({ cpu, vector: taken.target.vector }));
    }
  }
  return { matrix, bootInterrupts };
}

/** Pins set up at boot that have no vector: of those in use all are pins', but for the one of the remapping unit's faults. */
function idlePins(
  { isaIrqs, ioApicPins, remapping }: X86Apic,
  inUse: number,
  mask: Interrupt['mask'],
): [number, Pin][] {
  const busy = Math.max(isaIrqs.length, remapping === 'none' ? inUse : inUse - 1);
  const setUp: number[] = [];
  for (let pin = 0; setUp.length < ioApicPins; pin++) if (pin !== cascade) setUp.push(pin);
  const position = new Map(setUp.map((pin, i) => [pin, i]));
  const held = new Set<number>();
  for (const pin of [...isaIrqs, ...usualIsaIrqs, ...setUp]) if (held.size < busy && position.has(pin)) held.add(pin);
  const entryOf = (pin: number) => (remapping === 'intel' ? position.get(pin) : undefined);
  return setUp.filter((pin) => !held.has(pin)).map((pin) => [pin, idlePin(entryOf(pin), mask)]);
}

/** The tables, those of AMD empty: its IO-APICs have tables of their own. */
function tablesAtBoot({ ioApicPins, remappingEntries }: X86Apic, kind: RemappingTables['kind']): RemappingTables {
  const tables = emptyTables(kind, remappingEntries ?? (kind === 'amd' ? amdEntries : intelEntries));
  if (kind === 'amd' || ioApicPins === 0) return tables;
  const table = tableAt(tables, ioApicUnit);
  const free = ioApicPins < tables.entries ? interval(ioApicPins, tables.entries - 1) : [];
  return withTable(tables, ioApicUnit, { ...table, free });
}

/** The unit whose table the IO-APIC's entries are in. */
const ioApicUnit = 0;
