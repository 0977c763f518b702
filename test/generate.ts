// Writes the files that are made by programs:   npm run generate
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GENERATED } from './generate/list.ts';

const root = join(import.meta.dirname, '..');
for (const { path, make } of GENERATED) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), make());
  console.log(`wrote ${path}`);
}
