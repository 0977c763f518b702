/** The settings of the client, one set per document; the defaults until they have come. */
import type { Connection } from 'vscode-languageserver';

export interface SettingValues {
  /** The largest number of problems reported for one file. */
  readonly maxNumberOfProblems: number;
}

export interface Settings {
  readonly of: (uri: string) => SettingValues;
  /** Asks the client for the settings of these documents. `changed` is called for each that got others. */
  readonly load: (uris: readonly string[]) => Promise<void>;
  readonly forget: (uri: string) => void;
}

const DEFAULTS: SettingValues = { maxNumberOfProblems: 1000 };

/** `asks`: the client answers workspace/configuration. */
export function makeSettings(connection: Connection, asks: boolean, changed: (uri: string) => void): Settings {
  const known = new Map<string, SettingValues>();
  const of = (uri: string) => known.get(uri) ?? DEFAULTS;
  return {
    of,
    async load(uris) {
      if (!asks || uris.length === 0) return;
      const answers = await connection.workspace.getConfiguration(
        uris.map((scopeUri) => ({ scopeUri, section: 'irqtopo' })),
      );
      for (const [i, uri] of uris.entries()) {
        const before = of(uri);
        known.set(uri, read(answers[i]));
        if (of(uri).maxNumberOfProblems !== before.maxNumberOfProblems) changed(uri);
      }
    },
    forget: (uri) => {
      known.delete(uri);
    },
  };
}

function read(answer: unknown): SettingValues {
  if (typeof answer !== 'object' || answer === null || !('maxNumberOfProblems' in answer)) return DEFAULTS;
  const { maxNumberOfProblems } = answer;
  const usable = typeof maxNumberOfProblems === 'number' && maxNumberOfProblems >= 1;
  return usable ? { maxNumberOfProblems } : DEFAULTS;
}
