/** What a rule is, and what it finds. One file per rule; ./index.ts lists them. */
import type { Machine, PciNode } from '../model/machine.ts';
import type { Place, Related } from '../model/problem.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import type { RuleContext } from './context.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface Rule {
  /** The diagnostic code: kebab-case, as in the catalogue, and the name of the file. */
  readonly id: string;
  readonly severity: Severity;
  /** One line: what is wrong when it fires. */
  readonly title: string;
  /** What is checked: one or two sentences for the reader of the page. */
  readonly checks: string;
  /** Why the machine fails: the mechanism, with numbers. Markdown. */
  readonly why: string;
  /** How to get out of it. Markdown. */
  readonly remedy: string;
  /** What it follows: file, function, version of Linux or QEMU; recorded machines that show it. */
  readonly sources: readonly string[];
  /** Why no text of the language can have it; the rule is then documented for other sources of machines. Markdown. */
  readonly cannotArise?: string;
  /** Absent where the finding is made earlier (parser, model, placement) and only documented here. */
  readonly check?: (context: RuleContext) => Iterable<Finding>;
  /**
   * In place of `check` where a declared function tells all by itself, whatever stands around it: it is asked again only when
   * its block, or something below it, has changed.
   */
  readonly checkNode?: (node: PciNode, platform: Platform) => Iterable<Finding>;
}

/** What a declaration is checked for. */
export type Platform = Pick<Machine, 'os' | 'rules' | 'controllers'>;

export type { Place, Related } from '../model/problem.ts';

export interface Finding {
  readonly rule: string;
  /** Where it differs from the rule's own. */
  readonly severity?: Severity;
  readonly at: Place;
  /** One sentence or two with the computed numbers. No trailing full stop. */
  readonly message: string;
  /** Who else is involved, in the order of allocation. */
  readonly related?: readonly Related[];
  /** The functions it is about; the first one is the victim. */
  readonly functions?: readonly FunctionIndex[];
  /** The numbers and names the message was made of, for fixes and for machine-readable output. */
  readonly facts?: Readonly<Record<string, number | string>>;
  /** The text that repairs it in place of `at`; empty to remove it. */
  readonly replacement?: string;
}
