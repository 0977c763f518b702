/** Specs of any size, alike in shape: what the figures of the benchmark are about. */

/** Root ports of one segment; a bus takes 248 of them, at eight to a slot. */
const PORTS_PER_SEGMENT = 200;

/** One of so many functions stands below a bridge, with one that may be plugged in. */
const BRIDGE_EVERY = 50;

/** What stands before the PCI tree. */
export interface Head {
  readonly lines: readonly string[];
  /** The ITS, where there is one, that each segment has DeviceIDs of its own at. */
  readonly its: string | undefined;
}

const GICV3: Head = {
  lines: [
    'machine generated { os = linux-6.12 }',
    'interrupt-controller gic : gicv3 {',
    '  its its0 { device-id-bits = 24; event-id-bits = 16 }',
    '}',
  ],
  its: 'its0',
};

/**
 * A machine with `count` endpoints: a root port for each, in as many segments as it takes; now and then a bridge with a
 * shared DeviceID. The DeviceIDs of the segments do not meet, and nothing in it is an error.
 */
export function generateSpec(count: number, head: Head = GICV3): string {
  const out = [...head.lines];
  for (let made = 0, segment = 0; made < count; segment++) {
    const ports = Math.min(PORTS_PER_SEGMENT, count - made);
    out.push(
      `host-bridge pcie${segment} {`,
      `  segment = ${segment}`,
      '  ecam = 256MiB',
      ...(head.its === undefined
        ? []
        : [`  msi-map ${head.its} { requester-ids = 0x0000..0xffff; device-ids = 0x${(segment << 16).toString(16)} }`]),
    );
    for (let port = 0; port < ports; port++) out.push(...portWithFunction(made + port, port));
    out.push('}');
    made += ports;
  }
  return `${out.join('\n')}\n`;
}

function portWithFunction(index: number, port: number): readonly string[] {
  const vectors = 1 + (index % 5);
  const device = (1 + (port >> 3)).toString(16).padStart(2, '0');
  const header = [
    `  /// Port ${index} of the generated machine.`,
    `  root-port port${index} at ${device}.${port & 7} {`,
  ];
  const endpoint = (indent: string, at: string) => [
    `${indent}endpoint dev${index} at ${at} {`,
    `${indent}  msix = ${vectors}`,
    `${indent}  request msix { vectors = 1..${vectors} }`,
    `${indent}}`,
  ];
  if (index % BRIDGE_EVERY !== 0) return [...header, ...endpoint('    ', '00.0'), '  }'];
  return [
    ...header,
    `    pcie-pci-bridge bridge${index} {`,
    ...endpoint('      ', '01.0'),
    `      hotplug endpoint late${index} at 02.0 { msix = 1; request msix { vectors = 1 } }`,
    '    }',
    '  }',
  ];
}
