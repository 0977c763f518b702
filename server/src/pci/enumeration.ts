/** Bus numbers, as Linux's scan assigns them (pci_scan_child_bus_extend, pci_scan_bridge_extend, drivers/pci/probe.c, 7.2). */
import type { IntMap } from '../base/int-map.ts';
import type { PciProblem } from './problem.ts';
import type { FunctionIndex, Topology } from './topology.ts';

export type Present = (fn: FunctionIndex) => boolean;

/** 0..255 each, both included. Of a bus behind the window the numbers go on beyond it. */
export interface BusRange {
  readonly secondary: number;
  readonly subordinate: number;
}

/** What the operating system has found. Immutable; one plug shares nearly all of it with the enumeration before. */
export interface Enumeration {
  /** Bus number of each function found. A function without one is absent, or present and never seen. */
  readonly buses: IntMap<number>;
  /** Of each bridge found. Unplugging a bridge gives its numbers back. */
  readonly ranges: IntMap<BusRange>;
}

/** Bus the function was found on; undefined when it was not. */
export declare function busOf(enumeration: Enumeration, fn: FunctionIndex): number | undefined;

/** bus << 8 | device << 3 | function, 16 bits; undefined when the function was not found. */
export declare function requesterIdOf(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
): number | undefined;

/** The scan at boot of everything `present`. VFs are found as far as they are `present` and their bus is in range. */
export declare function enumerateAtBoot(topology: Topology, present: Present): Enumeration;

export type Scan =
  | { readonly ok: true; readonly enumeration: Enumeration; readonly found: readonly FunctionIndex[] }
  | {
      readonly ok: false;
      readonly enumeration: Enumeration;
      readonly found: readonly FunctionIndex[];
      readonly problem: PciProblem;
    };

/**
 * `fn` was plugged (`present` says so already for it and what came with it): its slot is scanned, bridges get numbers from the parent's
 * free range (pci_hp_add_bridge). `found` lists the new functions in the order of the scan. Not ok: a bridge found no bus number; what could be found is found all the same.
 */
export declare function addSubtree(
  enumeration: Enumeration,
  topology: Topology,
  fn: FunctionIndex,
  present: Present,
): Scan;

/** `fn`, its VFs and everything below are gone. No other number changes. */
export declare function removeSubtree(enumeration: Enumeration, topology: Topology, fn: FunctionIndex): Enumeration;

/** The sysfs rescan: everything `present` that is not found is looked for again. */
export declare function rescan(enumeration: Enumeration, topology: Topology, present: Present): Scan;
