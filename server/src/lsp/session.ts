/** What every handler may use: the state of one connection between a client and this server. */
import type { Connection, Position } from 'vscode-languageserver';
import type { ClientSupport } from './client-support.ts';
import type { Encoding } from './convert.ts';
import type { Settings } from './settings.ts';
import type { Workspace } from './workspace.ts';

export interface Session {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly encoding: Encoding;
  readonly client: ClientSupport;
  readonly settings: Settings;
  /** URIs of the folders of the workspace, as they are now. */
  readonly folders: Set<string>;
  /** Folder of the rules' pages, without a slash at its end. */
  readonly docsUri: string | undefined;
  /** Specs whose allocation the client shows. */
  readonly shownAllocations: Set<string>;
  /** Specs whose capacity the client shows, and under which address. */
  readonly shownCapacities: Map<string, string>;
  /** Specs whose tests the client shows. */
  readonly shownTests: Set<string>;
  /** Where, in the scenarios of specs, the client has set the moment that numbers are told of. */
  readonly moments: Map<string, Position>;
  /** Lets the messages that wait be handled first. */
  readonly giveWay: () => Promise<void>;
  readonly log: (message: string) => void;
}
