/**
 * IO-APIC pins that PCI functions use for their line interrupts. A pin whose ACPI link was woken holds a promise of a vector and,
 * with Intel remapping, an entry; its first handler takes a vector as any ordinary interrupt does (arch/x86/kernel/apic/io_apic.c).
 */
import { done, type Outcome, refuse } from '../controller.ts';
import { releaseVectors, startInterrupt } from './assign.ts';
import { reserve, type Target, unreserve } from './matrix.ts';
import { takeIntelBlock } from './remapping-intel.ts';
import { type RemappingTables, returnEntries, tableAt, withTable } from './remapping-table.ts';
import type { Interrupt, Pin, X86State } from './state.ts';
import { affinityBroken, exceedsAvailable, noVector } from './warnings.ts';

/** The unit whose table the IO-APIC's entries are in. */
const ioApicUnit = 0;

/** A function's driver enables it: its pin, if idle, is set up. */
export function wakePin(state: X86State, pin: number): Outcome<X86State, undefined> {
  const known = state.pins.get(pin);
  if (known !== undefined) {
    return done({ ...state, pins: state.pins.set(pin, { ...known, users: known.users + 1 }) }, undefined);
  }
  const promised = reserve(state.matrix, 1);
  const taken = takeEntry(state.remapping);
  const own = idlePin(taken.entry, state.defaultAffinity);
  const next = { ...state, matrix: promised.matrix, remapping: taken.remapping, pins: state.pins.set(pin, own) };
  return done(next, undefined, promised.exceeded ? [exceedsAvailable(promised.matrix)] : []);
}

/** A function is disabled: its pin, if no other uses it, is taken down. */
export function dropPin(state: X86State, pin: number): Outcome<X86State, undefined> {
  const own = state.pins.get(pin);
  if (own === undefined) return done(state, undefined);
  if (own.users > 1) return done({ ...state, pins: state.pins.set(pin, { ...own, users: own.users - 1 }) }, undefined);
  const { target } = own.interrupt;
  const matrix = target === undefined ? unreserve(state.matrix, 1) : releaseVectors(state.matrix, own.interrupt);
  const remapping = entryReturned(state.remapping, own.entry);
  return done({ ...state, matrix, remapping, pins: state.pins.delete(pin) }, undefined);
}

/** request_irq of the line interrupt by the function `fn`. ENOSPC: no CPU has a vector left. */
export function requestPin(state: X86State, pin: number, fn: number): Outcome<X86State, Target | undefined> {
  const own = state.pins.get(pin) ?? idlePin(undefined, state.defaultAffinity);
  const handlers = own.handlers + 1;
  if (own.interrupt.target !== undefined) {
    return done({ ...state, pins: state.pins.set(pin, { ...own, handlers }) }, own.interrupt.target);
  }
  const started = startInterrupt(state.matrix, state, own.interrupt, undefined);
  if (started === undefined) {
    const { length: cpus } = state.matrix.online;
    return refuse(state, 'ENOSPC', noVector, [{ does: 'no-vector', fn, index: 0, cpus, line: true }]);
  }
  const { matrix, interrupt } = started;
  const pins = state.pins.set(pin, { ...own, handlers, interrupt: { ...interrupt, requested: true } });
  const effects = started.affinityBroken ? [affinityBroken] : [];
  return done({ ...state, matrix, pins }, interrupt.target, effects);
}

/** free_irq of the line interrupt. */
export function releasePin(state: X86State, pin: number): Outcome<X86State, undefined> {
  const own = state.pins.get(pin);
  if (own === undefined || own.handlers === 0) return done(state, undefined);
  const handlers = own.handlers - 1;
  if (handlers > 0) return done({ ...state, pins: state.pins.set(pin, { ...own, handlers }) }, undefined);
  const promised = reserve(releaseVectors(state.matrix, own.interrupt), 1);
  const interrupt = { ...own.interrupt, requested: false, target: undefined, previous: undefined };
  const pins = state.pins.set(pin, { ...own, handlers, interrupt });
  return done(
    { ...state, matrix: promised.matrix, pins },
    undefined,
    promised.exceeded ? [exceedsAvailable(promised.matrix)] : [],
  );
}

/** A pin with one user and no handler. */
export function idlePin(entry: number | undefined, mask: Interrupt['mask']): Pin {
  return {
    users: 1,
    handlers: 0,
    entry,
    interrupt: {
      mask,
      maskSet: false,
      managed: false,
      fixed: false,
      requested: false,
      target: undefined,
      previous: undefined,
    },
  };
}

/** AMD's IO-APICs have tables of their own, in which a pin's entry is always free. */
function takeEntry(remapping: RemappingTables | undefined): Pick<X86State, 'remapping'> & Pick<Pin, 'entry'> {
  if (remapping === undefined || remapping.kind === 'amd') return { remapping, entry: undefined };
  const taken = takeIntelBlock(tableAt(remapping, ioApicUnit), 1);
  if (taken === undefined) return { remapping, entry: undefined };
  return { remapping: withTable(remapping, ioApicUnit, taken.table), entry: taken.first };
}

function entryReturned(remapping: RemappingTables | undefined, entry: number | undefined): RemappingTables | undefined {
  if (remapping === undefined || entry === undefined) return remapping;
  return withTable(remapping, ioApicUnit, returnEntries(tableAt(remapping, ioApicUnit), entry, 1));
}
