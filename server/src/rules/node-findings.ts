/** What the rules find that look at one declaration each. */
import { sameFields, sameItems } from '../base/same.ts';
import type { Machine, PciNode } from '../model/machine.ts';
import { RULES } from './index.ts';
import type { Finding, Platform } from './rule.ts';

/** Findings by declaration, of itself, its VFs and all below. Declarations are values, so a later version of the spec has most of them. */
export interface NodeFindings {
  readonly platform: Platform;
  readonly of: WeakMap<PciNode, readonly Finding[]>;
}

/**
 * What is found in all declarations of a machine.
 * @param previous of an earlier version: declarations that did not change are not looked at again
 */
export function findInNodes(
  machine: Machine,
  previous: NodeFindings | undefined,
): { readonly findings: readonly Finding[]; readonly kept: NodeFindings } {
  const kept =
    previous !== undefined && samePlatform(previous.platform, machine)
      ? previous
      : { platform: machine, of: new WeakMap<PciNode, readonly Finding[]>() };
  const findings: Finding[] = [];
  const collect = (nodes: readonly PciNode[]): void => {
    for (const node of nodes) for (const finding of findingsOf(node, kept)) findings.push(finding);
  };
  for (const { children } of machine.hostBridges) collect(children);
  collect(machine.unplaced);
  return { findings, kept };
}

const NODE_CHECKS = RULES.flatMap(({ checkNode }) => checkNode ?? []);
const NONE: readonly Finding[] = [];

function findingsOf(node: PciNode, kept: NodeFindings): readonly Finding[] {
  const known = kept.of.get(node);
  if (known !== undefined) return known;
  const found: Finding[] = [];
  for (const check of NODE_CHECKS) for (const finding of check(node, kept.platform)) found.push(finding);
  for (const vf of node.sriov?.vfs ?? []) for (const finding of findingsOf(vf, kept)) found.push(finding);
  for (const child of node.children) for (const finding of findingsOf(child, kept)) found.push(finding);
  const all = found.length === 0 ? NONE : found;
  kept.of.set(node, all);
  return all;
}

const samePlatform = (a: Platform, b: Platform): boolean =>
  a.rules === b.rules && sameFields(a.os, b.os) && sameItems(a.controllers, b.controllers);
