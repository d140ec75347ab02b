// Builds what the browser gets: one stylesheet, the entry scripts, the icon sprite, fonts, the mark.
// `npm run build` writes var/build/portal; Django finds it through STATICFILES_DIRS.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const assets = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(assets);
const out = path.join(root, "var/build/portal");
const target = ["chrome120", "firefox121", "safari17.2"];
const started = performance.now();

async function filesOf(folder, extension) {
  const names = await readdir(path.join(assets, folder));
  return names.filter((name) => name.endsWith(extension)).sort();
}

// layers.css goes first: it fixes the order of the cascade layers, so the order of the rest is free.
async function buildStyles() {
  const names = (await filesOf("css", ".css")).filter((name) => name !== "layers.css");
  const contents = ["layers.css", ...names].map((name) => `@import "./${name}";`).join("\n");
  await build({
    stdin: { contents, loader: "css", resolveDir: path.join(assets, "css") },
    outfile: path.join(out, "portal.css"),
    bundle: true,
    minify: true,
    external: ["*.woff2"],
    target,
  });
}

// Every script at the top of assets/js is an entry of its own; folders hold the modules they share.
async function buildScripts() {
  const names = await filesOf("js", ".js");
  await build({
    entryPoints: names.map((name) => path.join(assets, "js", name)),
    outdir: out,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    charset: "utf8",
    target,
  });
}

async function buildSprite() {
  const names = JSON.parse(await readFile(path.join(assets, "icons.json"), "utf8"));
  const source = path.join(root, "node_modules/@tabler/icons/icons/outline");
  const symbols = await Promise.all(names.map((name) => symbolOf(name, path.join(source, `${name}.svg`))));
  const paint = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  await writeFile(
    path.join(out, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg"><defs><g ${paint}>${symbols.join("")}</g></defs></svg>`,
  );
}

async function symbolOf(name, file) {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`assets/icons.json names "${name}", which Tabler Icons do not have.`);
  });
  const shapes = text
    .replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, "")
    .replace(/<path stroke="none"[^>]*\/>/, "")
    .replace(/\s+/g, " ")
    .replace(/> </g, "><")
    .trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}

async function copyFiles() {
  const inter = path.join(root, "node_modules/@fontsource-variable/inter/files");
  await Promise.all([
    copyFile(path.join(inter, "inter-latin-wght-normal.woff2"), path.join(out, "inter-latin.woff2")),
    copyFile(path.join(inter, "inter-cyrillic-wght-normal.woff2"), path.join(out, "inter-cyrillic.woff2")),
    copyFile(path.join(assets, "img/favicon.svg"), path.join(out, "favicon.svg")),
  ]);
}

async function report() {
  for (const name of (await readdir(out)).sort()) {
    const bytes = await readFile(path.join(out, name));
    console.log(`${name.padEnd(26)} ${String(bytes.length).padStart(7)} B  gzip ${gzipSync(bytes).length} B`);
  }
  console.log(`built in ${Math.round(performance.now() - started)} ms`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([buildStyles(), buildScripts(), buildSprite(), copyFiles()]);
await report();
