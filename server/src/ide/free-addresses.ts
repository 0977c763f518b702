/** Addresses that are still free on a bus, judged from what is written in the block that makes it. */
import { lengthOf } from '../model/arrays.ts';
import { declare } from '../model/declare.ts';
import type { Declared } from '../model/declared.ts';
import { addressText, DEVICES_PER_BUS, FUNCTIONS_PER_BUS, FUNCTIONS_PER_DEVICE } from '../pci/bus.ts';
import type { Block } from '../syntax/tree.ts';
import { bodyOf, isBlock, type Located, located } from '../syntax/walk.ts';

export interface FreeAddress {
  /** `01.0` */
  readonly address: string;
  readonly detail: string;
}

/**
 * What `at` may be in a statement of `parent` that starts at `statementStart`: each free device, and the next function of
 * each that is taken. What stands there without `at` moves out of the way.
 */
export function freeAddresses(parent: Located<Block>, statementStart: number): readonly FreeAddress[] {
  const taken = new Map<number, string>();
  const inside = bodyOf(parent);
  if (inside === undefined) return [];
  for (const placed of located(inside.body, inside.start)) {
    if (isBlock(placed) && placed.start !== statementStart) take(declare(placed.node), taken);
  }
  const { first, last } = devicesBelow(declare(parent.node));
  const free: FreeAddress[] = [];
  const further: FreeAddress[] = [];
  for (let device = first; device <= last; device++) {
    const devfn = device * FUNCTIONS_PER_DEVICE;
    const owner = taken.get(devfn);
    if (owner === undefined) {
      free.push({ address: addressText(devfn), detail: 'a free device' });
      continue;
    }
    for (let fn = devfn + 1; fn < devfn + FUNCTIONS_PER_DEVICE; fn++) {
      if (taken.has(fn)) continue;
      further.push({ address: addressText(fn), detail: `a further function beside ${owner}` });
      break;
    }
  }
  return [...free, ...further];
}

/** Notes the functions that a block with `at` stands on. */
function take(decl: Declared, taken: Map<number, string>) {
  if (decl.at === undefined) return;
  const start = decl.at.device * FUNCTIONS_PER_DEVICE + decl.at.function;
  const spread = decl.values.get('spread');
  const step = spread?.is === 'word' && spread.text === 'functions' ? 1 : FUNCTIONS_PER_DEVICE;
  const count = Math.min(lengthOf(decl) ?? 1, FUNCTIONS_PER_BUS);
  for (let i = 0; i < count; i++) taken.set(start + i * step, decl.name ?? decl.kind ?? 'it');
}

/** The devices there may be on the bus of a block; without hot-plug by SHPC device 00 of a conventional bus is one. */
function devicesBelow({ kind, values }: Declared): { readonly first: number; readonly last: number } {
  const last = DEVICES_PER_BUS - 1;
  const written = (key: string) => {
    const value = values.get(key);
    return value?.is === 'word' ? value.text : undefined;
  };
  switch (kind) {
    case 'root-port':
    case 'downstream-port':
      return { first: 0, last: written('ari') === 'true' ? last : 0 };
    case 'pcie-pci-bridge':
    case 'pci-bridge':
      return { first: (written('hotplug') ?? 'shpc') === 'shpc' ? 1 : 0, last };
    case 'switch':
      return { first: 0, last };
    default:
      return { first: 1, last };
  }
}
