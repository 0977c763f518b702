/** The rules' pages (docs/rules/*.md) by rule id, put into the bundle at build time. */
declare module 'irqtopo:pages' {
  const pages: Readonly<Record<string, string>>;
  export default pages;
}
