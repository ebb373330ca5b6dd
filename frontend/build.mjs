// Builds static/css/app.css, static/js/* and static/vendor/*, and notes the checksums of what went in and came
// out in frontend/built.json, which tests/front/test_static_build.py compares.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { compile } from "sass";

const out = { css: "static/css/app.css", charts: "static/vendor/echarts.min.js" };
const copied = {
  "static/vendor/htmx.min.js": "node_modules/htmx.org/dist/htmx.min.js",
  "tests/browser/vendor/axe.min.js": "node_modules/axe-core/axe.min.js",
};

mkdirSync("static/css", { recursive: true });
mkdirSync("static/js", { recursive: true });
mkdirSync("static/vendor", { recursive: true });
mkdirSync("tests/browser/vendor", { recursive: true });

const sheet = compile("frontend/scss/app.scss", {
  style: "compressed",
  loadPaths: ["node_modules"],
  quietDeps: true,
  silenceDeprecations: ["import"], // Bootstrap 5.3 is still written with @import
});
writeFileSync(out.css, sheet.css.replace(/^\uFEFF/, "") + "\n");

await build({
  entryPoints: ["frontend/charts.js"],
  outfile: out.charts,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome80", "safari15"],
  legalComments: "none",
  banner: { js: "/* Apache ECharts 6.1.0 (Apache-2.0): bar, line, pie, SVG */" },
});
const scripts = readdirSync("frontend/js").sort();
await build({
  entryPoints: scripts.map((name) => `frontend/js/${name}`),
  outdir: "static/js",
  minify: true,
  charset: "utf8",
  target: ["chrome80", "safari15"],
});
for (const [to, from] of Object.entries(copied)) copyFileSync(from, to);

const sources = ["scss", "js"].flatMap((folder) =>
  readdirSync(`frontend/${folder}`).sort().map((name) => `frontend/${folder}/${name}`),
);
const checksums = (paths) =>
  Object.fromEntries(
    paths.map((path) => [path, createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
const manifest = {
  sources: checksums(["package-lock.json", "frontend/build.mjs", "frontend/charts.js", ...sources]),
  built: checksums([
    out.css,
    out.charts,
    ...scripts.map((name) => `static/js/${name}`),
    ...Object.keys(copied),
  ]),
};
writeFileSync("frontend/built.json", JSON.stringify(manifest, null, 2) + "\n");
