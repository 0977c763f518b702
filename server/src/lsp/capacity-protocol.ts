/**
 * "How many more fit?": a command that shows a text without a file. The text comes by workspace/textDocumentContent (LSP 3.18), so
 * any client that knows it can show it and is told when it may have changed.
 */

/** The command `[uri]`: shows how many more fit into the spec's machine. */
export const CAPACITY_COMMAND = 'irqtopo.howManyMoreFit';

/** The scheme of such texts. */
export const CAPACITY_SCHEME = 'irqtopo-capacity';

/**
 * The address of the text about a spec. The path is what a tab says; it does not end in .irqtopo, or editors would take it for a
 * spec. The query holds the spec's address as the client writes it.
 */
export function capacityUri(spec: string): string {
  const name = /[^/:]*$/.exec(spec)?.[0] ?? '';
  return `${CAPACITY_SCHEME}:/${name}%20(how%20many%20more%20fit)?${encodeURIComponent(spec)}`;
}

/** The spec that an address is about; undefined: it is none of these. */
export function specOfCapacity(uri: string): string | undefined {
  const query = uri.indexOf('?');
  if (!uri.startsWith(`${CAPACITY_SCHEME}:`) || query < 0) return undefined;
  return decodeURIComponent(uri.slice(query + 1));
}
