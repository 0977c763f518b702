/** In which order functions are served. */
import type { Enumeration } from './enumeration.ts';
import type { FunctionIndex, Topology } from './topology.ts';

/** All functions found, bus by bus: the order of the scan, of a rescan, and of probing. */
export declare function enumerationOrder(topology: Topology, enumeration: Enumeration): readonly FunctionIndex[];

export interface BootOrder {
  /** Ports and SHPC bridges in the order in which they take their vectors. */
  readonly ports: readonly FunctionIndex[];
  /** Endpoints and VFs, in bus order. */
  readonly endpoints: readonly FunctionIndex[];
}

/** Devicetree: bus by bus. ACPI: all ports, then all SHPC bridges; root buses from the highest number down. */
export declare function bootOrder(topology: Topology, enumeration: Enumeration): BootOrder;

/** `fn` and what is below it, as found, in the order in which Linux removes them: the last function first, a bridge after what is below. */
export declare function removalOrder(
  topology: Topology,
  enumeration: Enumeration,
  fn: FunctionIndex,
): readonly FunctionIndex[];
