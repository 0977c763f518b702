// What a test may say about the workbench. The only file that knows VS Code's DOM (VS Code 1.100; the same from 1.91 on).
import { chromium } from 'playwright-core';
import { ensureBrowser } from '../workbench/browser.mjs';

/** A fresh browser, and which one it is. */
export async function openBrowser() {
  const { executablePath, env, source } = await ensureBrowser();
  const browser = await chromium.launch({ executablePath, env, args: ['--disable-dev-shm-usage', '--lang=en-US'] });
  return { browser, name: `Chromium ${browser.version()} (${source})` };
}

export class Workbench {
  /** What the page wrote to its console, for a failure's log. */
  log = [];
  /** Requests that would have left this machine. */
  outside = [];

  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => this.log.push(`[${message.type()}] ${message.text()}`));
    page.on('pageerror', (error) => this.log.push(`[pageerror] ${error}`));
  }

  static async open(browser, url) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    const workbench = new Workbench(await context.newPage());
    const elsewhere = (to) => to.hostname !== '127.0.0.1';
    await context.route(elsewhere, (route) => {
      workbench.outside.push(route.request().url());
      return route.abort();
    });
    await workbench.page.goto(url);
    await workbench.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    return workbench;
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  type(text) {
    return this.page.keyboard.type(text);
  }

  /** A picture, once VS Code itself has come to rest. */
  async screenshot(path) {
    await this.page.locator('.statusbar-item', { hasText: 'Activating' }).first().waitFor({ state: 'hidden' });
    return this.page.screenshot({ path, animations: 'disabled' });
  }

  /** The first editor: the spec. */
  get editor() {
    return this.page.locator('.part.editor .editor-instance .monaco-editor').first();
  }

  /** Opens a file of the folder and waits for its text. */
  async openFile(name) {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Saves, and waits for the tab to say so. */
  async save() {
    await this.press('Control+s');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** Closes the active editor; the one before it is active again. */
  async closeEditor() {
    const active = this.page.locator('.tabs-container .tab.active');
    const name = await active.getAttribute('data-resource-name');
    await active.locator('.tab-actions .codicon-close').click();
    await this.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).waitFor({ state: 'detached' });
  }

  async closeAllEditors() {
    await this.command('View: Close All Editors');
    await this.page.locator('.tabs-container .tab').first().waitFor({ state: 'detached' });
  }

  /** Runs a command by what the palette calls it. */
  async command(title) {
    await this.press('F1');
    await this.page.locator('.quick-input-widget:visible input[type=text]').fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async focusEditor() {
    await this.press('Control+1');
    await this.page.locator('.part.editor .monaco-editor.focused').waitFor();
  }

  /** Puts the cursor at a place of the spec (both from 1) and waits until it is there. */
  async goTo(line, column) {
    await this.focusEditor();
    await this.press('Control+g');
    await this.page.locator('.quick-input-widget:visible input[type=text]').fill(`:${line}:${column}`);
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line}, Col ${column}` }).waitFor();
  }

  /** The squiggles of errors and warnings in the spec. */
  get squiggles() {
    return this.editor.locator('.squiggly-error, .squiggly-warning');
  }

  /** Waits for a squiggle of an error or a warning in the line, in sight, that holds this text. */
  async squiggleOn(text) {
    await this.page.waitForFunction((wanted) => {
      const editor = document.querySelector('.part.editor .editor-instance .monaco-editor');
      const lines = [...(editor?.querySelectorAll('.view-line') ?? [])];
      const line = lines.find((row) => row.textContent.replace(/\u00a0/g, ' ').includes(wanted));
      const box = line?.getBoundingClientRect();
      return [...(editor?.querySelectorAll('.squiggly-error, .squiggly-warning') ?? [])].some((squiggle) => {
        const { top, bottom } = squiggle.getBoundingClientRect();
        const middle = (top + bottom) / 2;
        return box && middle > box.top && middle < box.bottom;
      });
    }, text);
  }

  /** The rows of the Problems panel that match, as a locator; opens the panel. */
  async problems(pattern) {
    const panel = this.page.locator('.markers-panel');
    // The key toggles: it would close an open panel.
    if (!(await panel.isVisible())) await this.press('Control+Shift+m');
    await panel.waitFor();
    return panel.locator('.monaco-list-row', { hasText: pattern });
  }

  /** Follows the link that a diagnostic's code is in its row, and waits for the page it leads to, with its heading. */
  async followCode(row) {
    const link = row.locator('.marker-message-details-container a.monaco-link');
    const code = await link.innerText();
    await link.click();
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${code}.md"]`).waitFor();
    await this.editor.locator('.view-line', { hasText: /^#/ }).first().waitFor();
  }

  /** Closes the panel with the problems: the editor has the room. */
  async hidePanel() {
    const panel = this.page.locator('.part.panel');
    if (await panel.isVisible()) await this.press('Control+j');
    await panel.waitFor({ state: 'hidden' });
  }

  /** The hover at the cursor, once its text matches: the diagnostic's part comes first, the server's is added later. */
  async hover(expected) {
    await this.press('Control+k');
    await this.press('Control+i');
    const hover = this.page.locator('.monaco-hover:not(.hidden):has(.hover-row)').first();
    await hover.filter({ hasText: expected }).waitFor();
    return hover.innerText();
  }

  async closeHover() {
    await this.press('Escape');
    await this.page.locator('.monaco-hover:not(.hidden):has(.hover-row)').waitFor({ state: 'detached' });
  }

  /** Opens the quick-fix menu at the cursor and goes to the first entry that matches; Enter would take it. */
  async chooseQuickFix(pattern) {
    await this.press('Control+.');
    const entries = this.page.locator('.action-widget .monaco-list-row.action');
    await entries.first().waitFor();
    const titles = (await entries.allInnerTexts()).map((title) => title.trim());
    const index = titles.findIndex((title) => pattern.test(title));
    if (index < 0) throw new Error(`no quick-fix matches ${pattern}: ${titles.join(' | ')}`);
    for (let i = 0; i < index; i += 1) await this.press('ArrowDown');
    await entries.and(this.page.locator('.focused')).filter({ hasText: pattern }).waitFor();
  }

  /** The completion list's labels, once one of them matches. */
  async completions(expected) {
    await this.press('Control+Space');
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await rows.filter({ hasText: expected }).first().waitFor();
    return rows.allInnerTexts();
  }

  /** Waits for an inlay hint with this text in the spec. */
  async inlayHint(text) {
    await this.editor.locator('.view-line span', { hasText: text }).first().waitFor();
  }

  /** The code lens whose text matches, once it is there. */
  async codeLens(pattern) {
    const lens = this.editor.locator('.codelens-decoration > *', { hasText: pattern }).first();
    await lens.waitFor();
    return lens;
  }

  /** Shows the files in the side bar again. */
  async showFiles() {
    await this.command('View: Show Explorer');
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
  }

  /** Opens the Test Explorer in the side bar, with the tests of a file. */
  async openTests(file) {
    await this.command('Testing: Focus on Test Explorer View');
    const row = this.page.locator('.test-explorer .monaco-list-row', { hasText: file });
    await row.locator('.monaco-tl-twistie').click();
  }

  /** Waits for a test in the explorer to be in a state, passed or failed; of none, to be there. */
  async test(name, state) {
    const row = this.page.locator('.test-explorer .monaco-list-row', { hasText: name });
    await (state === undefined ? row : row.locator(`.codicon-testing-${state}-icon`)).waitFor();
  }

  /** Waits until the last run of tests, in the panel, has this result. */
  async testResult(text) {
    await this.page.locator('.part.panel .monaco-list-row', { hasText: text }).first().waitFor();
  }

  /** Waits for an entry of the status bar. */
  async status(text) {
    await this.page.locator('.statusbar-item', { hasText: text }).waitFor();
  }

  /** What VS Code says of a running extension, by its displayed name: where it runs, and how long it took to start. */
  async running(extension) {
    // Only rows in sight exist: the panel would hide the later ones.
    await this.hidePanel();
    await this.command('Developer: Show Running Extensions');
    const row = this.page.locator('.runtime-extensions-editor .monaco-list-row', { hasText: extension });
    await row.filter({ hasText: /\d+ms/ }).waitFor();
    return row.innerText();
  }

  /** The editor beside: the allocation. Its visible lines. */
  get beside() {
    return this.page.locator('.part.editor .editor-group-container').nth(1).locator('.monaco-editor .view-lines');
  }

  /** Waits until there is something to do at the cursor. */
  async lightBulb() {
    await this.editor.locator('.lightBulbWidget').waitFor();
  }

  /** Waits until the tab with this name is the active one of its group. */
  async tab(name) {
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Goes to the next problem of the active editor, waits until its text matches, and closes it again. */
  async nextProblem(expected) {
    await this.press('F8');
    const shown = this.page.locator('.marker-widget');
    await shown.filter({ hasText: expected }).waitFor();
    await this.press('Escape');
    await shown.waitFor({ state: 'detached' });
  }

  /** The text of an editor's visible lines, from the top. */
  async textOf(lines) {
    const rows = await lines
      .locator('.view-line')
      .evaluateAll((all) => all.map((row) => ({ top: Number.parseFloat(row.style.top), text: row.textContent })));
    const sorted = rows.sort((a, b) => a.top - b.top).map((row) => row.text);
    return sorted.join('\n').replace(/\u00a0/g, ' ');
  }
}
