/**
 * Files come in through this, so that a browser can supply them. Reading is synchronous: a host that cannot read at once
 * answers 'pending' and analyses again when the file has come.
 */
export interface Sources {
  /** The text of a file; an open editor's wins over the disk's. `missing` says why it cannot be read: "does not exist". */
  readonly read: (uri: string) => { readonly text: string } | { readonly missing: string } | 'pending';
  /** The URI an include path leads to, or why it may not be followed: "leads out of the workspace folder". */
  readonly resolve: (fromUri: string, path: string) => { readonly uri: string } | { readonly refused: string };
}
