import { describe, expect, test } from 'vitest';
import snippets from '../../../client/snippets.json' with { type: 'json' };
import { analyseNow } from '../../../server/src/analysis/index.ts';

// What each snippet is inserted into: everything around it that its defaults refer to.
const TOP = (text: string) => text;
const WITH_ITS = (text: string) => `interrupt-controller gic0 : gicv3 {\n its its0 { }\n}\n${text}`;
const ON_BUS = (text: string) => WITH_ITS(`host-bridge pcie {\n${text}\n}`);
const IN_ENDPOINT = (text: string) => ON_BUS(`endpoint e {\n msix = 4\n msi = 4\n ${text}\n}`);
const LATE = 'hotplug endpoint late[4] { msix = 4; request msix { vectors = 4 } }';
const WITH_LATE = (text: string) => `${ON_BUS(LATE)}\n${text}`;
const IN_FAILURE = (text: string) =>
  `${ON_BUS(`pcie-pci-bridge b { endpoint e { msix = 4 }; ${LATE} }`)}\nscenario s {\n plug late[0]\n ${text}\n}`;

const PLACES: Record<keyof typeof snippets, (text: string) => string> = {
  Machine: TOP,
  'GICv3 with an ITS': TOP,
  'Host bridge': TOP,
  'Host bridge with an msi-map': WITH_ITS,
  'Root port with an endpoint': ON_BUS,
  'Root ports with endpoints': ON_BUS,
  'PCIe-to-PCI bridge': ON_BUS,
  Endpoint: ON_BUS,
  'Endpoint with its own request': ON_BUS,
  'Hot-pluggable endpoints': ON_BUS,
  Request: IN_ENDPOINT,
  'Expect at boot': IN_ENDPOINT,
  'Expect a failure': IN_FAILURE,
  Scenario: WITH_LATE,
  'Device type': TOP,
};

describe('snippets', () => {
  for (const [name, snippet] of Object.entries(snippets))
    test(`"${name}" is valid as it is inserted`, () => {
      const place = PLACES[name as keyof typeof snippets];
      for (const choice of [0, 1, 2]) expect(errorsOf(place(inserted(snippet.body, choice)))).toEqual([]);
    });
});

/** The text of a snippet whose author presses Tab all the way, taking the `choice`th of each list (or its last). */
function inserted(body: readonly string[], choice: number): string {
  return body
    .join('\n')
    .replace(/\$\{\d+\|([^|]*)\|\}/g, (_, list: string) => {
      const options = list.split(',');
      return options[Math.min(choice, options.length - 1)] ?? '';
    })
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\$\d+/g, '');
}

/** The errors of a spec; what a snippet's defaults lead to may be worth a warning. */
function errorsOf(text: string): string[] {
  const uri = 'file:///snippet.irqtopo';
  const sources = {
    read: () => ({ text }),
    resolve: () => ({ refused: 'there is only one file' }),
  };
  const { findings } = analyseNow(sources, uri);
  const errors = findings.filter(({ severity }) => severity === 'error');
  return errors.map(({ finding }) => `${finding.message}\n${text}`);
}
