/**
 * What functions that share a table get, over all the orders in which they could come. Whoever comes first makes the table and
 * takes its lowest events; at boot the order is that of the buses, with asynchronous probing or modules loaded later it is
 * another.
 *
 * Orders are not tried one by one. What a function gets depends on who came before it only through the table, so two beginnings
 * that served alike functions and left the table alike go on alike: they are followed once. Functions of one declaration, or with
 * equal requests and capabilities, are alike. Six alike disks are seven beginnings instead of 720 orders, and the range is exact.
 *
 * Where there are too many beginnings all the same, a few orders are followed: each function first, as a table whose size is the same
 * in any order gives most to whoever comes first, then all in the order of the boot, the reverse, and by what they get when they are
 * first, most and least first, with each of a few functions last. The range is then said to hold at least these values.
 */
import type { Intervals } from '../base/intervals.ts';
import { itsDevice } from '../controllers/gicv3-its/index.ts';
import type { PciNode } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { resolveRequester } from './requester.ts';
import { functionState, grantedVectors, type MachineState } from './state.ts';

/** What one function gets, from the worst order to the best. */
export interface OrderRange {
  readonly fn: FunctionIndex;
  readonly least: Got;
  readonly most: Got;
  /** False: there may be orders with less or more. */
  readonly exact: boolean;
}

/** Messages, or the line, or nothing. */
export type Got = number | 'INTx' | 'none';

/** Serves one function: probes it, or plugs it in. */
export type Serve = (state: MachineState, fn: FunctionIndex) => MachineState;

/** Functions served before the search for all orders gives up; and, where it does, for some orders. */
const MOST_SERVED = 1000;

/** @param functions those that share something, in the order of the boot */
export function overOrders(
  start: MachineState,
  functions: readonly FunctionIndex[],
  serve: Serve,
  mostServed = MOST_SERVED,
): readonly OrderRange[] {
  const classes = alike(start, functions);
  const found = beginnings(classes) > mostServed ? undefined : allOrders(start, classes, serve, mostServed);
  const ranges = found ?? someOrders(start, functions, classes, serve);
  const exact = found !== undefined;
  return functions.flatMap((fn): readonly OrderRange[] => {
    const range = ranges.get(classes.findIndex((members) => members.includes(fn)));
    return range === undefined ? [] : [{ fn, ...range, exact }];
  });
}

/** "2..4", "none..5", "at least 2..4". */
export function rangeText({ least, most, exact }: OrderRange): string {
  return `${exact ? '' : 'at least '}${least}..${most}`;
}

export const isOneValue = ({ least, most }: OrderRange): boolean => least === most;

/** From worst to best: nothing, the line, messages. */
const rank = (got: Got): number => (got === 'none' ? -1 : got === 'INTx' ? 0 : got);

/** What a function came away with. */
export function gotOf(state: MachineState, fn: FunctionIndex): Got {
  const own = functionState(state, fn);
  if (own.mode === 'intx') return 'INTx';
  return own.vectors.length === 0 ? 'none' : grantedVectors(own);
}

interface Range {
  readonly least: Got;
  readonly most: Got;
}

function widened(range: Range | undefined, got: Got): Range {
  if (range === undefined) return { least: got, most: got };
  return {
    least: rank(got) < rank(range.least) ? got : range.least,
    most: rank(got) > rank(range.most) ? got : range.most,
  };
}

/** Functions that get the same in the same place of an order. */
function alike({ topology }: MachineState, functions: readonly FunctionIndex[]): readonly (readonly FunctionIndex[])[] {
  const keys = new Map<PciNode, string>();
  const classes = new Map<string, FunctionIndex[]>();
  for (const fn of functions) {
    const node = topology.functions[fn]?.node;
    if (node === undefined) continue;
    const key = keys.get(node) ?? keyOf(node);
    keys.set(node, key);
    const members = classes.get(key);
    if (members) members.push(fn);
    else classes.set(key, [fn]);
  }
  return [...classes.values()];
}

/** All that a driver's calls depend on, but for where the function is. */
function keyOf({ plan, capabilities, driver, kind, children }: PciNode): string {
  const calls = plan.map((call) =>
    call.call === 'free' ? 'free' : call.ladder.map(({ decl: _, ...request }) => request),
  );
  return JSON.stringify([calls, capabilities, driver, kind, children.length]);
}

/** The fewest beginnings there are to follow: how many of each class have been served. */
const beginnings = (classes: readonly (readonly FunctionIndex[])[]): number =>
  classes.reduce((product, members) => product * (members.length + 1), 1);

/** Every order, alike beginnings once; undefined when there are too many. */
function allOrders(
  start: MachineState,
  classes: readonly (readonly FunctionIndex[])[],
  serve: Serve,
  mostServed: number,
): Map<number, Range> | undefined {
  const ranges = new Map<number, Range>();
  const seen = new Set<string>();
  let served = 0;
  const open: { readonly state: MachineState; readonly counts: readonly number[] }[] = [
    { state: start, counts: classes.map(() => 0) },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { state, counts } = next;
    for (const [i, members] of classes.entries()) {
      const fn = members[counts[i] ?? 0];
      if (fn === undefined) continue;
      served += 1;
      if (served > mostServed) return undefined;
      const after = serve(state, fn);
      ranges.set(i, widened(ranges.get(i), gotOf(after, fn)));
      const then = counts.with(i, (counts[i] ?? 0) + 1);
      const key = `${then.join(' ')} ${tableOf(after, fn)} ${after.irqNumbersUsed}`;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push({ state: after, counts: then });
    }
  }
  return ranges;
}

/** The table of a function's DeviceID: its size and what is taken. */
function tableOf(state: MachineState, fn: FunctionIndex): string {
  const requester = resolveRequester(state, fn);
  if (!requester.ok) return '';
  const { controller, its, deviceId } = requester.value;
  const own = state.controllers[controller];
  const device = own?.type === 'gicv3' ? itsDevice(own, its, deviceId) : undefined;
  return device === undefined ? '' : `${device.lpiCount}:${runs(device.used)}`;
}

const runs = (used: Intervals): string => used.map(({ first, last }) => `${first}-${last}`).join();

/**
 * Each function first; then all of them in the order of the boot, the reverse, and by what they get when they are first, most and
 * least first. Of a few functions each is served last after the others in these orders, too.
 */
function someOrders(
  start: MachineState,
  functions: readonly FunctionIndex[],
  classes: readonly (readonly FunctionIndex[])[],
  serve: Serve,
): Map<number, Range> {
  const classOf = new Map<FunctionIndex, number>();
  for (const [i, members] of classes.entries()) for (const fn of members) classOf.set(fn, i);
  const ranges = new Map<number, Range>();
  const note = (state: MachineState, fn: FunctionIndex): number => {
    const i = classOf.get(fn) ?? 0;
    const got = gotOf(state, fn);
    ranges.set(i, widened(ranges.get(i), got));
    return rank(got);
  };
  const alone = classes.map(([fn]) => (fn === undefined ? 0 : note(serve(start, fn), fn)));
  const gets = (fn: FunctionIndex) => alone[classOf.get(fn) ?? 0] ?? 0;
  const most = functions.toSorted((a, b) => gets(b) - gets(a));
  const orders = [functions, functions.toReversed(), most, most.toReversed()];
  const isFew = orders.length * classes.length * functions.length <= MOST_SERVED;
  for (const order of orders) {
    for (const last of isFew ? classes.map(([fn]) => fn) : [undefined]) {
      const ordered = last === undefined ? order : [...order.filter((fn) => fn !== last), last];
      let state = start;
      for (const fn of ordered) {
        state = serve(state, fn);
        note(state, fn);
      }
    }
  }
  return ranges;
}
