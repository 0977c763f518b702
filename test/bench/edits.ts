/** Edit → diagnostics, through the real protocol, beside a server that does nothing else. */
import { join } from 'node:path';
import { type Figures, figuresOf } from './figures.ts';
import { type Edit, type Server, startServer } from './server.ts';

export interface EditFigures {
  readonly open: { readonly floor: number; readonly own: number };
  readonly floor: Figures;
  readonly own: Figures;
  /** Resident memory in MiB: after start, with the document open, after all edits. */
  readonly memory: { readonly idle: number; readonly open: number; readonly end: number };
}

/** Milliseconds between two keys of a person in a hurry. */
const BETWEEN_KEYS = 30;

/** Edits that are made before the figures count: the first ones compile the code. */
const WARM_UP = 10;

const FLOOR = join(import.meta.dirname, 'do-nothing-server.mjs');

/** Types and removes digits all over the spec, in turn for the server and for the floor, so that both meet the same load. */
export async function measureEdits(server: readonly string[], spec: string, edits: number): Promise<EditFigures> {
  const [own, floor] = [await startServer(server), await startServer([FLOOR])];
  const uri = 'file:///bench/generated.irqtopo';
  const idle = own.megabytes();
  const open = { floor: await floor.open(uri, spec), own: await own.open(uri, spec) };
  const opened = own.megabytes();
  const times = { floor: [] as number[], own: [] as number[] };
  const places = digitsOf(spec);
  for (let i = 0; i < WARM_UP + edits; i++) {
    // A place is visited twice, to type a digit and to take it back, and far from the one before.
    const place = places[((i >> 1) * 7919) % places.length];
    if (place === undefined) throw new Error('the spec has no digit to edit');
    const edit = i % 2 === 0 ? { ...place, to: place.from, text: '1' } : { ...place, text: '' };
    const both = { floor: await pause(floor, uri, edit), own: await pause(own, uri, edit) };
    if (i < WARM_UP) continue;
    times.floor.push(both.floor);
    times.own.push(both.own);
  }
  const memory = { idle, open: opened, end: own.megabytes() };
  await Promise.all([own.stop(), floor.stop()]);
  return { open, floor: figuresOf(times.floor), own: figuresOf(times.own), memory };
}

async function pause(server: Server, uri: string, edit: Edit): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_KEYS / 2));
  return server.edit(uri, edit);
}

/** The last character of every `msix = N` of a spec. */
function digitsOf(spec: string): readonly { readonly line: number; readonly from: number; readonly to: number }[] {
  return spec.split('\n').flatMap((text, line) => {
    const end = /^\s*msix = \d+$/.exec(text)?.[0].length;
    return end === undefined ? [] : [{ line, from: end, to: end + 1 }];
  });
}
