// The first story: one DeviceID for a whole bridge, seen, understood and repaired.
import assert from 'node:assert/strict';

const FILE = 'shared-bridge.irqtopo';
const BRIDGE = /pcie-pci-bridge\s+(\w+)/;
const PROBLEM = /itt-exhausted|hotplug-headroom-insufficient/;
const FIX = /functions .*root ports of their own/;
/** What the hover of a function says: the LPIs it got, and the DeviceID that is the reason. */
const HOVER = [/LPIs? 8\d\d\d/, /DeviceID/];

export async function sharedBridge(workbench, { check, until, read, screenshot }) {
  const before = read(FILE);
  const bridge = placeOf(before, BRIDGE);
  let problem;

  await check(`${FILE} opens`, async () => {
    await workbench.openFile(FILE);
    await workbench.goTo(bridge.line, bridge.column);
  });
  await check('a squiggle stands under the bridge', () => workbench.squiggleOn(bridge.text));
  await check('Problems has its entry', async () => {
    problem = await workbench.problems(PROBLEM);
    await problem.first().waitFor();
  });
  await check("its code leads to the rule's page", async () => {
    await workbench.followCode(problem.first());
    await workbench.closeEditor();
  });
  // Once more: with the panel open, the bridge is in the middle of what is left.
  await workbench.goTo(bridge.line, bridge.column);
  await screenshot('squiggle');

  const functions = functionsBelow(before, bridge.line);
  // A hover may be as high as half the editor.
  await workbench.hidePanel();
  for (const name of functions)
    await check(`hover on ${name} says which LPIs it got, and why`, async () => {
      const place = placeOf(before, new RegExp(`endpoint\\s+(${name})\\b`));
      await workbench.goTo(place.line, place.column);
      const text = await workbench.hover(HOVER[0]);
      for (const pattern of HOVER) assert.match(text, pattern);
      await screenshot(`hover-${name}`);
      await workbench.closeHover();
    });
  problem = await workbench.problems(PROBLEM);

  await check('the quick-fix gives the functions root ports of their own', async () => {
    await workbench.goTo(bridge.line, bridge.column);
    await workbench.chooseQuickFix(FIX);
    await screenshot('quick-fix');
    await workbench.press('Enter');
    await problem.first().waitFor({ state: 'detached' });
  });
  await check('the squiggle is gone', () => workbench.squiggles.first().waitFor({ state: 'detached' }));
  await screenshot('fixed');
  await check('the file is saved: a port for each function, the comments kept', async () => {
    await workbench.save();
    await until(() => read(FILE) !== before, 'the fix is on disk');
    const after = read(FILE);
    assert.ok(count(after, /\broot-port\b/g) >= functions.length, after);
    // What is said of the bridge's own properties may go with the bridge.
    const comments = before
      .split('\n')
      .filter((line, i) => /\/\/\//.test(line) || (/\/\//.test(line) && i < bridge.line));
    for (const comment of comments) assert.ok(after.includes(comment.trim()), `lost: ${comment}`);
  });
  await workbench.closeAllEditors();
}

/** The first match: line and column, from 1, of its first group, and its whole text. */
export function placeOf(text, pattern) {
  const match = new RegExp(pattern.source, `${pattern.flags}d`).exec(text);
  if (!match) throw new Error(`nothing matches ${pattern}`);
  const lines = text.slice(0, match.indices[1][0]).split('\n');
  return { line: lines.length, column: lines.at(-1).length + 1, text: match[0] };
}

/** The endpoints in the block whose header stands on this line (from 1), those that are there at boot. */
function functionsBelow(text, line) {
  const block = text.split('\n').slice(line - 1);
  const names = [];
  let depth = 0;
  for (const row of block) {
    const endpoint = /^\s*endpoint\s+(\w+)/.exec(row);
    if (endpoint) names.push(endpoint[1]);
    const code = row.replace(/\/\/.*/, '');
    depth += count(code, /\{/g) - count(code, /\}/g);
    if (depth <= 0) break;
  }
  return names;
}

const count = (text, pattern) => [...text.matchAll(pattern)].length;
