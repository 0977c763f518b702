import { describe, expect, test } from 'vitest';
import snippets from '../../../client/snippets.json' with { type: 'json' };
import { buildModel } from '../../../server/src/model/model.ts';

// What each snippet is inserted into: everything around it that its defaults refer to.
const TOP = (text: string) => text;
const WITH_ITS = (text: string) => `interrupt-controller gic : gicv3 {\n its its0 { }\n}\n${text}`;
const ON_BUS = (text: string) => `host-bridge pcie {\n${text}\n}`;
const IN_ENDPOINT = (text: string) => ON_BUS(`endpoint e {\n msix = 8\n msi = 8\n ${text}\n}`);
const WITH_LATE = (text: string) => `${ON_BUS('hotplug endpoint late[4] { msix = 4 }')}\n${text}`;
const IN_SCENARIO = (text: string) => WITH_LATE(`scenario s {\n plug late\n ${text}\n}`);

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
  'Expect a failure': IN_SCENARIO,
  Scenario: WITH_LATE,
  'Device type': TOP,
};

describe('snippets', () => {
  for (const [name, snippet] of Object.entries(snippets))
    test(`"${name}" is valid as it is inserted`, () => {
      const place = PLACES[name as keyof typeof snippets];
      for (const choice of [0, 1, 2]) expect(problemsOf(place(inserted(snippet.body, choice)))).toEqual([]);
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

function problemsOf(text: string): string[] {
  const uri = 'file:///snippet.irqtopo';
  const sources = {
    read: () => ({ text }),
    resolve: () => ({ refused: 'there is only one file' }),
  };
  const { problems, files } = buildModel(sources, uri);
  const wrong = [...(files.get(uri)?.problems ?? []), ...problems];
  return wrong.map(({ message }) => `${message}\n${text}`);
}
