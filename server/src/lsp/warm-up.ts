/**
 * The first keys typed after a start would meet code that the JavaScript engine has not compiled yet, and be answered
 * several times slower than later ones. So the server types a little by itself, first at once and then while nobody wants
 * anything of it: an edit and its analysis, again and again, on a small machine that has something of everything.
 */
import { type Analysis, analyse } from '../analysis/index.ts';
import type { Sources } from '../model/sources.ts';
import { parse } from '../syntax/parser.ts';
import { reparse } from '../syntax/reparse.ts';

/**
 * How long the server warms up before it lets the first document in. The diagnostics of that come so much later, once, and in
 * part it is made good, as they are found by warm code; all keys typed after it are answered at once.
 */
export const WARM_UP_AT_ONCE_MS = 300;

/** Edits until the engine has seen enough of what is hot; each is a millisecond or two. */
const EDITS = 40;

/** Ports with an endpoint each: enough for loops to become hot, few enough to be let off soon. */
const PORTS = 120;

const URI = 'warm-up:machine.irqtopo';

/** Gives way as often as an analysis does. */
export function* warmUp(): Generator<void, void> {
  let tree = parse(spec());
  let previous: Analysis | undefined;
  const places = [...tree.text.matchAll(/msix = \d/g)].map(({ index }) => index);
  for (let edit = 0; edit < EDITS; edit++) {
    const from = (places[(edit * 7) % places.length] ?? 0) + 'msix = '.length;
    tree = reparse(tree, [{ from, to: from + 1, text: `${1 + (edit % 9)}` }]);
    const { text } = tree;
    const sources: Sources = { read: () => ({ text }), resolve: () => ({ refused: 'there are no other files' }) };
    previous = yield* analyse(sources, URI, previous, new Map([[URI, tree]]));
  }
}

function spec(): string {
  const ports = Array.from({ length: PORTS }, (_, i) => {
    const device = (1 + (i >> 3)).toString(16).padStart(2, '0');
    const vectors = 1 + (i % 9);
    return `  root-port rp${i} at ${device}.${i % 8} {
    endpoint dev${i} { msix = ${vectors}; request msix { vectors = 1..${vectors} } }
  }`;
  });
  return `machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }
${ports.join('\n')}
  pcie-pci-bridge br0 at 1f.0 {
    endpoint nic[3] : virtio-net-pci at 01.0
    hotplug endpoint late : virtio-net-pci at 04.0
  }
}
scenario s { plug late; expect late { mode = msix } }
`;
}
