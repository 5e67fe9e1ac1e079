// Renders the cases of a JSON file with npm's @huggingface/jinja, found from the working directory.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const path = createRequire(join(process.cwd(), 'x.js')).resolve('@huggingface/jinja');
const { Template } = await import(pathToFileURL(path).href);
const [from, to] = process.argv.slice(2);
const results = JSON.parse(readFileSync(from, 'utf8')).map(({ template, context }) => {
  try {
    return { text: new Template(template).render(context) };
  } catch (error) {
    return { error: String(error.message) };
  }
});
writeFileSync(to, JSON.stringify(results));
