/** Every rule, by group. The groups are those of the catalogue of diagnostics; a test compares this list with the folders. */
import { BUSES } from './buses/index.ts';
import { DEVICE_IDS } from './device-ids/index.ts';
import { GUESTS } from './guests/index.ts';
import { ITT } from './itt/index.ts';
import { LIFECYCLE } from './lifecycle/index.ts';
import { LOCK } from './lock/index.ts';
import { LPI } from './lpi/index.ts';
import { MIGRATION } from './migration/index.ts';
import { REQUESTS } from './requests/index.ts';
import type { Rule } from './rule.ts';
import { SPAPR } from './spapr/index.ts';
import { SYNTAX } from './syntax/index.ts';
import { TOPOLOGY } from './topology/index.ts';
import { VMM } from './vmm/index.ts';
import { X86 } from './x86/index.ts';

export interface RuleGroup {
  /** The folder's name. */
  readonly folder: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

export const RULE_GROUPS: readonly RuleGroup[] = [
  { folder: 'syntax', title: 'Syntax and names', rules: SYNTAX },
  { folder: 'topology', title: 'Topology', rules: TOPOLOGY },
  { folder: 'buses', title: 'Bus numbers and ECAM', rules: BUSES },
  { folder: 'requests', title: 'Capabilities and requests', rules: REQUESTS },
  { folder: 'device-ids', title: 'DeviceIDs and aliases', rules: DEVICE_IDS },
  { folder: 'itt', title: 'Interrupt translation tables and headroom', rules: ITT },
  { folder: 'lpi', title: 'LPIs and SPIs', rules: LPI },
  { folder: 'x86', title: 'x86 vectors and interrupt remapping', rules: X86 },
  { folder: 'guests', title: 'Guests: VFIO and interrupt message storage', rules: GUESTS },
  { folder: 'spapr', title: 'sPAPR', rules: SPAPR },
  { folder: 'vmm', title: 'Tables of hypervisors', rules: VMM },
  { folder: 'lifecycle', title: 'Scenarios and lifecycle', rules: LIFECYCLE },
  { folder: 'migration', title: 'Migration', rules: MIGRATION },
  { folder: 'lock', title: 'Lock files', rules: LOCK },
];

export const RULES: readonly Rule[] = RULE_GROUPS.flatMap((group) => group.rules);

const BY_ID: ReadonlyMap<string, Rule> = new Map(RULES.map((rule) => [rule.id, rule]));

/** The rule of a diagnostic code. */
export const ruleOf = (id: string): Rule | undefined => BY_ID.get(id);
