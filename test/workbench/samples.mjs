import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './workbench.mjs';

// What a sample's own test expects stands under the lines it belongs to (test/fixtures/markers.ts).
const MARKER = /^\s*\/\/ *(\^+|@\d+\.\.\d+) (error|warning|info|hint|hover|fix)\b/;
const BODY = /^\s*\/\/ *\|/;

/**
 * Copies the samples as a person would have written them: without the expectations of their tests, which the editor
 * shows anyway. A file that is there already stays as it is.
 */
export function copySamples(to) {
  const from = join(root, 'samples');
  for (const name of readdirSync(from, { recursive: true }).filter((file) => file.endsWith('.irqtopo'))) {
    const target = join(to, name);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, withoutMarkers(readFileSync(join(from, name), 'utf8')));
  }
}

function withoutMarkers(text) {
  let marked = false;
  const kept = text.split('\n').filter((line) => {
    marked = MARKER.test(line) || (marked && BODY.test(line));
    return !marked;
  });
  return kept.join('\n');
}
