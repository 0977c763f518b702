/** What a controller is like, for the page that compares them: docs/controllers.md is made of these. Markdown, without full stops. */
import type { Controller } from '../model/machine.ts';

export interface ControllerDescription {
  /** As the language writes them. */
  readonly types: readonly Controller['type'][];
  /** Name of its folder. */
  readonly folder: string;
  /** What it is, in a few words. */
  readonly title: string;
  /** How its numbers are known: which kernels were recorded, which were read. */
  readonly known: string;
  /** What there is to run out of: the number space and who shares it. */
  readonly numbers: string;
  /** Who makes the pair of address and data that a device writes. */
  readonly pair: string;
  /** When a number is taken, and when it is given back. */
  readonly taken: string;
  /** What functions with one requester ID or DeviceID have in common. */
  readonly sharing: string;
  /** What several MSI messages need, beyond whether the controller has them at all. */
  readonly block: string;
  /** What the driver is told when nothing is left. */
  readonly whenFull: string;
  /** What Linux tries by itself then. */
  readonly fallback: string;
  /** What becomes of interrupts when a CPU goes offline. */
  readonly cpuLeaves: string;
  /** What it never gives back. */
  readonly leaks: string;
  /** Files and functions of Linux and QEMU that are followed. */
  readonly sources: readonly string[];
}
