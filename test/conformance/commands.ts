/** Commands, vectors and runs in one form, so that what was recorded and what was predicted can be compared. */
import type { VectorRun } from '../../server/src/controllers/controller.ts';
import type { Effect } from '../../server/src/controllers/effect.ts';
import { mergeEffects } from '../../server/src/controllers/effect.ts';

/** A recorded command, as it stands in `effects`. */
export type RecordedEffect = Readonly<Record<string, unknown>>;

/** `observed.effects`; none when absent. */
export function recordedEffects(observed: Readonly<Record<string, unknown>>): RecordedEffect[] {
  return Array.isArray(observed.effects) ? observed.effects.filter(isObject) : [];
}

/** A recorded command as one line, its numbers in a fixed order. */
export function recordedCommand(effect: RecordedEffect): string {
  if ('mapd' in effect) {
    if (effect.valid === false) return `MAPD ${effect.mapd} invalid`;
    const [base, count] = Array.isArray(effect.lpis) ? effect.lpis : [];
    return `MAPD ${effect.mapd} events ${effect.events} lpis ${base}+${count} of ${effect.lpisRequested ?? count}`;
  }
  if ('mapti' in effect) {
    const where = effect.collections ?? effect.collection;
    const cpus = where === undefined ? '' : ` cpus ${where}`;
    return `MAPTI ${effect.mapti} events ${run(effect, 'eventId')} lpis ${run(effect, 'lpi')}${cpus}`;
  }
  if ('discard' in effect) return `DISCARD ${effect.discard} events ${run(effect, 'eventId')}`;
  if ('movi' in effect) return `MOVI ${effect.movi} event ${effect.eventId} cpu ${effect.collection}`;
  if ('noLpis' in effect) return `no LPIs of ${effect.noLpis}`;
  return JSON.stringify(effect);
}

/** Predicted commands in the form of {@link recordedCommand}. */
export function predictedCommands(effects: readonly Effect[]): string[] {
  return mergeEffects(effects).map(predictedCommand);
}

function predictedCommand(effect: Effect): string {
  switch (effect.does) {
    case 'mapd': {
      const { deviceId, events, lpiBase, lpiCount, lpisRequested } = effect;
      return `MAPD ${deviceId} events ${events} lpis ${lpiBase}+${lpiCount} of ${lpisRequested}`;
    }
    case 'unmapd':
      return `MAPD ${effect.deviceId} invalid`;
    case 'mapti': {
      const { deviceId, eventId, lpi, count, collections } = effect;
      const cpus = collections.length === 0 ? '' : ` cpus ${collections}`;
      return `MAPTI ${deviceId} events ${range(eventId, count)} lpis ${range(lpi, count)}${cpus}`;
    }
    case 'discard':
      return `DISCARD ${effect.deviceId} events ${range(effect.eventId, effect.count)}`;
    case 'movi':
      return `MOVI ${effect.deviceId} event ${effect.eventId} cpu ${effect.collection}`;
    case 'no-lpis':
      return `no LPIs of ${effect.wanted}`;
    case 'change-msi':
      return `change-msi ${effect.called} asked ${effect.asked} ${effect.answer.is}`;
    case 'vectors-taken':
    case 'vectors-returned':
    case 'vector-moved':
    case 'entries-written':
    case 'no-vector':
    case 'no-managed-vector':
    case 'no-entries':
    case 'no-table':
    case 'no-identity':
      return effect.does;
    case 'warn':
      return `warning ${effect.warning.code}`;
  }
}

/** One vector: index, and the numbers behind it by their recorded names. */
export interface Vector {
  readonly index: number;
  readonly eventId?: number;
  readonly lpi?: number;
  readonly intid?: number;
  readonly data?: number;
}

/** `observed.vectors`, one entry per vector. */
export function recordedVectors(runs: unknown): Vector[] {
  if (!Array.isArray(runs)) return [];
  return runs.filter(isObject).flatMap((entry) => {
    const columns = {
      eventId: numbers(entry.eventIds ?? entry.eventId),
      lpi: numbers(entry.lpis ?? entry.lpi),
      intid: numbers(entry.intids ?? entry.intid),
      data: numbers(entry.data),
    };
    return numbers(entry.indices ?? entry.index).map((index, i) => ({
      index,
      ...field('eventId', columns.eventId[i]),
      ...field('lpi', columns.lpi[i]),
      ...field('intid', columns.intid[i]),
      ...field('data', columns.data[i]),
    }));
  });
}

/** The first `count` vectors of the runs. */
export function firstVectors(runs: readonly VectorRun[], count: number): { run: VectorRun; offset: number }[] {
  const vectors: { run: VectorRun; offset: number }[] = [];
  for (const run of runs) {
    for (let offset = 0; offset < run.count && vectors.length < count; offset++) vectors.push({ run, offset });
  }
  return vectors;
}

/** Vectors as one line, runs merged: the numbers of a difference should be readable. */
export function vectorsText(vectors: readonly Vector[]): string {
  const runs: { first: Vector; count: number }[] = [];
  for (const vector of vectors) {
    const last = runs[runs.length - 1];
    if (last !== undefined && follows(last.first, last.count, vector)) last.count++;
    else runs.push({ first: vector, count: 1 });
  }
  return runs
    .map(({ first, count }) => {
      const parts = [`index ${range(first.index, count)}`];
      if (first.eventId !== undefined) parts.push(`event ${range(first.eventId, count)}`);
      if (first.lpi !== undefined) parts.push(`lpi ${range(first.lpi, count)}`);
      if (first.intid !== undefined) parts.push(`intid ${range(first.intid, count)}`);
      if (first.data !== undefined) parts.push(`data ${range(first.data, count)}`);
      return parts.join(' ');
    })
    .join(', ');
}

/** Whether a value is an object with named fields. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function follows(first: Vector, count: number, next: Vector): boolean {
  const goesOn = (a: number | undefined, b: number | undefined) =>
    a === undefined ? b === undefined : a + count === b;
  return (
    goesOn(first.index, next.index) &&
    goesOn(first.eventId, next.eventId) &&
    goesOn(first.lpi, next.lpi) &&
    goesOn(first.intid, next.intid) &&
    goesOn(first.data, next.data)
  );
}

function field(name: 'eventId' | 'lpi' | 'intid' | 'data', number: number | undefined): Partial<Vector> {
  return number === undefined ? {} : { [name]: number };
}

/** 7, or "3..9", as a list of numbers. */
function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  if (typeof value !== 'string') return [];
  const [first = 0, last = first] = value.split('..').map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Of `eventId` or `eventIds` the range as text. */
function run(effect: RecordedEffect, name: 'eventId' | 'lpi'): string {
  return String(effect[`${name}s`] ?? effect[name]);
}

function range(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}..${first + count - 1}`;
}
