/** Regions of events that belong to functions, as the models here keep them; Linux keeps none. */
import { IntMap } from '../../../base/int-map.ts';
import { firstAlignedFit, gaps, type Intervals } from '../../../base/intervals.ts';
import type { FunctionIndex } from '../../../pci/topology.ts';
import type { Requester } from '../../controller.ts';
import { withDevice } from '../itt.ts';
import type { ItsDevice, ItsState, WhatIf } from '../state.ts';

/** A power of two of events, aligned to its length, of the table of one DeviceID. */
export interface Region {
  readonly fn: FunctionIndex;
  readonly first: number;
  readonly length: number;
}

/** A GIC whose events live as a model has it. */
export function withModel(state: ItsState, model: WhatIf): ItsState {
  return { ...state, whatIf: { model, regions: state.gic.itses.map(() => IntMap.empty()) } };
}

/** The regions of a requester's DeviceID. */
export const regionsOf = ({ whatIf }: ItsState, { its, deviceId }: Requester): readonly Region[] =>
  whatIf?.regions[its]?.get(deviceId) ?? [];

/** The one of them that is the requester's own. */
export const ownRegion = (state: ItsState, requester: Requester): Region | undefined =>
  regionsOf(state, requester).find(({ fn }) => fn === requester.fn);

/** The state with other regions for a requester's DeviceID. */
export function withRegions(state: ItsState, { its, deviceId }: Requester, regions: readonly Region[]): ItsState {
  const { whatIf } = state;
  if (whatIf === undefined) return state;
  const changed = whatIf.regions.map((table, i) =>
    i !== its ? table : regions.length === 0 ? table.delete(deviceId) : table.set(deviceId, regions),
  );
  return { ...state, whatIf: { ...whatIf, regions: changed } };
}

/** The state without the requester's own region. */
export const withoutOwnRegion = (state: ItsState, requester: Requester): ItsState =>
  withRegions(
    state,
    requester,
    regionsOf(state, requester).filter(({ fn }) => fn !== requester.fn),
  );

/** The table of a requester's DeviceID. */
export const tableOf = (state: ItsState, { its, deviceId }: Requester): ItsDevice | undefined =>
  state.devices[its]?.get(deviceId);

/** The state with other events taken in the table of a requester's DeviceID. */
export function withUsed(state: ItsState, requester: Requester, used: Intervals): ItsState {
  const device = tableOf(state, requester);
  return device === undefined ? state : withDevice(state, requester.its, { ...device, used });
}

/** The lowest aligned run of so many events that are in no set of these; undefined: there is none. */
export const freeRegion = (taken: Intervals, events: number, length: number): number | undefined =>
  firstAlignedFit(gaps(taken, 0, events - 1), length, length);
