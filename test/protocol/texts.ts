/** Specs for the tests, and places in them. */
import type { Edit, Position } from './client.ts';

/** Two functions behind an aliasing bridge on a table that the first has made too small for the second. */
export const SHARED_BRIDGE = `machine guest { os = linux-6.1 }

interrupt-controller gic : gicv3 {
  its its0 { device-id-bits = 16; event-id-bits = 16 }
}

host-bridge pcie0 {
  ecam = 256MiB
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      hotplug endpoint late[2] at 02.0 { msix = 10; request msix { vectors = 2..10 } }
    }
  }
  root-port rp1 at 02.0 {
    endpoint ssd { msix = 8; request msix { vectors = 5 } }
  }
}
`;

/** The position of the first place of `needle` in a text, `offset` characters on, in UTF-16 code units. */
export function positionOf(text: string, needle: string, offset = 0): Position {
  const at = text.indexOf(needle);
  if (at < 0) throw new Error(`no ${JSON.stringify(needle)} in the text`);
  return positionAt(text, at + offset);
}

/** The position of an offset. Lines end with \n, \r\n or \r. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length - 1, character: before[before.length - 1]?.length ?? 0 };
}

/** The text after edits that all count on it. */
export function applied(text: string, edits: readonly Edit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  const at = ({ line, character }: Position) => Math.min((starts[line] ?? text.length) + character, text.length);
  return [...edits]
    .sort((a, b) => at(b.range.start) - at(a.range.start))
    .reduce((done, { range, newText }) => done.slice(0, at(range.start)) + newText + done.slice(at(range.end)), text);
}

/** A numbers' source that is the same in every run. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}
