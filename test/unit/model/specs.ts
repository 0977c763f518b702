/** Specs as texts, and their models, for the tests of this folder. */
import { buildModel, type Model } from '../../../server/src/model/model.ts';
import type { ModelProblem } from '../../../server/src/model/problem.ts';
import type { Sources } from '../../../server/src/model/sources.ts';

export const MAIN = 'file:///specs/main.irqtopo';

/** Files by path below /specs; `main.irqtopo` is the main one. */
export function sourcesOf(files: Readonly<Record<string, string | 'pending'>>): Sources {
  const root = 'file:///specs/';
  return {
    read: (uri) => {
      const text = files[uri.slice(root.length)];
      if (text === undefined) return { missing: 'does not exist' };
      return text === 'pending' ? 'pending' : { text };
    },
    resolve: (fromUri, path) => {
      const uri = new URL(path, fromUri).href;
      return uri.startsWith(root) && !`${fromUri.slice(root.length)}/../${path}`.includes('../../..')
        ? { uri }
        : { refused: 'leads out of the workspace folder' };
    },
  };
}

/** The model of one file, or of `main.irqtopo` among several. */
export function modelOf(text: string | Readonly<Record<string, string>>, previous?: Model): Model {
  const files = typeof text === 'string' ? { 'main.irqtopo': text } : text;
  return buildModel(sourcesOf(files), MAIN, undefined, previous);
}

/** Problems as `rule @ the text they point at: message`. */
export function told(model: Model): readonly string[] {
  return model.problems.map((problem) => `${problem.rule} @ ${pointedAt(model, problem)}: ${problem.message}`);
}

export function pointedAt(model: Model, problem: ModelProblem): string {
  const { uri, span } = model.sourceMap.locate(problem.at);
  return model.files.get(uri)?.text.slice(span.from, span.to) ?? '';
}

/** The text after a problem's replacement is put in its place. */
export function repaired(model: Model, problem: ModelProblem | undefined): string {
  if (problem?.replacement === undefined) return 'no replacement';
  const { uri, span } = model.sourceMap.locate(problem.at);
  const text = model.files.get(uri)?.text ?? '';
  return text.slice(0, span.from) + problem.replacement + text.slice(span.to);
}

/** The first spec of the language's description. */
export const FIRST_SPEC = `/// The guest of the 2019 thread: an SHPC bridge whose functions all share one DeviceID.
machine guest { os = linux-6.1 }

interrupt-controller gic : gicv3 {
  id-bits = 16                              // LPIs 8192..65535
  its its0 { device-id-bits = 16; event-id-bits = 16 }
}

host-bridge pcie0 {
  ecam = 256MiB                             // 256 buses; 16MiB would be 16
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }

  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0                         // 4 vectors in its table, the driver takes 3
      hotplug endpoint late[8] at 02.0 {                             // slots 02 … 09, absent at boot
        msix = 10
        request msix { vectors = 2..10 }
      }
    }
  }
  root-port rp1 at 02.0 {
    endpoint ssd : nvme {
      request msix { vectors = 2..5 }                                // instead of what the type's own driver does
      expect { device-id = 0x0300; events = 5 }                      // asserted at boot
    }
  }
}

scenario "the shared table is full after one" {
  boot
  plug late[0]
  expect late[0] { error = ENOSPC }                                  // one event is left of four
  unplug nic0
  probe late[0]
  expect late[0] { vectors = 4 }
}
`;
