// Writes public/licences.html: what the page is made of, and under which licences. `--check` only says whether it is stale.
// Crates are those that cargo compiles into the wasm files; their texts are the ones that lie beside their sources.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "public", "licences.html");

const cargo = (...words) => execFileSync("cargo", words, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** “name version” of every crate in a wasm file, ours and macros left out. */
function compiled() {
    const tree = cargo(
        "tree", "--locked", "--edges", "normal,no-proc-macro", "--target", "wasm32-unknown-unknown", "--prefix", "none",
        "--package", "flowstep", "--package", "flowstep-worker", "--features", "flowstep-worker/gpu", "--format", "{p}",
    );
    const names = tree.split("\n").map((line) => line.match(/^(\S+) v(\S+)/)?.slice(1, 3).join(" "));
    return new Set(names.filter((name) => name && !name.startsWith("flowstep")));
}

/** Of “A OR B”, the one whose terms are fulfilled by naming it here, and the shortest of those; of “A AND B”, all. */
const ORDER = ["MIT", "Zlib", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "Unicode-3.0", "ISC", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "MPL-2.0"];
function chosen(expression) {
    return expression.replace(/\//g, " OR ").split(/\s+AND\s+/).map((part) => {
        const choices = part.replace(/[()]/g, "").split(/\s+OR\s+/).map((it) => it.trim());
        const best = choices.filter((it) => ORDER.includes(it)).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))[0];
        if (!best) throw new Error(`licences: nothing is known of “${expression}”; add it to ORDER in tools/licences.mjs`);
        return best;
    });
}

/** How a text is known to be of a licence. */
const SIGNS = {
    "MIT": /permission is hereby granted, free of charge/i,
    "Zlib": /provided ['‘]as-is['’], without any express or implied/i,
    "BSD-2-Clause": /redistributions of source code must retain/i,
    "BSD-3-Clause": /neither the name/i,
    "BSL-1.0": /boost software license/i,
    "Unicode-3.0": /unicode license v3/i,
    "ISC": /permission to use, copy, modify, and/i,
    "Apache-2.0": /apache license\s+version 2\.0/i,
    "Apache-2.0 WITH LLVM-exception": /llvm exceptions/i,
    "MPL-2.0": /mozilla public license version 2\.0/i,
};

/** The text of `licence` beside a crate's manifest, if there is one. */
function text(folder, licence) {
    const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|unlicense)/i.test(name)).sort();
    for (const name of files) {
        let found = "";
        try {
            found = readFileSync(join(folder, name), "utf8");
        } catch {
            continue; // a folder
        }
        if (SIGNS[licence].test(found)) return found.replace(/\r/g, "").trim();
    }
    return null;
}

/** Lines that say who holds the rights, and the rest, by which texts are told apart. */
function parted(text) {
    const holds = (line) => /^\s*(©|copyright\s+(©|\(c\)|[12]\d{3}|the\b|[A-Z]))/i.test(line) && !/copyright (notice|holders?|owner|and)/i.test(line);
    const lines = text.split("\n");
    // Those of an Apache text stand in its appendix and are a pattern.
    const own = /apache license/i.test(text) ? [] : lines.filter(holds).map((line) => line.trim());
    return { holders: own, rest: lines.filter((line) => !own.includes(line.trim())).join("\n").trim() };
}

/** What an Apache licence wants handed on, if a package has it. */
function notice(folder, licence) {
    const name = licence.startsWith("Apache") && readdirSync(folder).find((name) => /^notice(\.|$)/i.test(name));
    return name ? readFileSync(join(folder, name), "utf8").replace(/\r/g, "").trim() : "";
}

function gather() {
    const wanted = compiled();
    const { packages } = JSON.parse(cargo("metadata", "--locked", "--format-version", "1", "--all-features"));
    const crates = packages.filter((it) => wanted.has(`${it.name} ${it.version}`));
    if (crates.length !== wanted.size) throw new Error(`licences: of ${wanted.size} crates ${crates.length} are known to cargo`);
    const texts = new Map();
    for (const crate of crates.sort((a, b) => a.name.localeCompare(b.name, "en") || a.version.localeCompare(b.version, "en"))) {
        for (const licence of chosen(crate.license ?? "")) {
            const found = text(dirname(crate.manifest_path), licence);
            const { holders, rest } = found ? parted(found) : { holders: [], rest: "" };
            const key = `${licence}\n${rest.replace(/\s+/g, " ").toLowerCase()}`;
            const entry = texts.get(key) ?? { licence, rest, crates: [] };
            const by = holders.length ? holders : (crate.authors ?? []).map((author) => author.replace(/\s*<[^>]*>/, ""));
            entry.crates.push({ name: crate.name, version: crate.version, by: [...new Set(by)].join("; "), source: crate.repository, notice: notice(dirname(crate.manifest_path), licence) });
            texts.set(key, entry);
        }
    }
    return { count: crates.length, texts: [...texts.values()].sort((a, b) => ORDER.indexOf(a.licence) - ORDER.indexOf(b.licence) || b.crates.length - a.crates.length) };
}

/** What is shown of packages that hold no text: that of another package, or of ours. */
function usual(licence, texts) {
    const other = texts.find((it) => it.licence === licence && it.rest);
    if (licence === "MIT") return parted(readFileSync(join(root, "LICENSE-MIT"), "utf8").trim()).rest;
    if (!other) throw new Error(`licences: no package holds a text of ${licence}`);
    return other.rest;
}

function section({ licence, rest, crates }, _, texts) {
    const body = rest || usual(licence, texts);
    const item = ({ name, version, by, source }) =>
        `<li><a href="https://crates.io/crates/${name}/${version}">${name} ${escaped(version)}</a>${by ? ` <span>${escaped(by)}</span>` : ""}${licence === "MPL-2.0" && source ? ` <span>Source: <a href="${escaped(source)}">${escaped(source)}</a></span>` : ""}</li>`;
    const notices = crates.filter((it) => it.notice).map((it) => `<details><summary>Notice of ${it.name}</summary>
<pre>${escaped(it.notice)}</pre>
</details>
`);
    const note = rest ? "" : `<p>${crates.length > 1 ? "These packages name" : "This package names"} the licence in ${crates.length > 1 ? "their manifests" : "its manifest"} and hold${crates.length > 1 ? "" : "s"} no text of it; this is the usual one.</p>`;
    return `<section>
<h3>${escaped(licence)} (${crates.length})</h3>
<ul>
${crates.map(item).join("\n")}
</ul>
${note}<details><summary>Text of the licence</summary>
<pre>${escaped(body)}</pre>
</details>
${notices.join("")}</section>`;
}

const { count, texts } = gather();
const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>flowstep: licences</title>
<link rel="stylesheet" href="licences.css">
</head>
<body>
<!-- Written by tools/licences.mjs. -->
<main>
<p><a href="./">flowstep</a></p>
<h1>Licences</h1>
<p>The code of flowstep is licensed under MIT or Apache-2.0, as you prefer. It brings no fonts. What follows comes from others.</p>
<h2>Data</h2>
<ul>
<li><a href="http://yann.lecun.com/exdb/mnist/">MNIST</a>, by Yann LeCun and Corinna Cortes, under <a href="https://creativecommons.org/licenses/by-sa/3.0/">CC BY-SA 3.0</a>. Repacked into the files <code>data/mnist-*.bin</code>, which stand under the same licence; the pictures are unchanged.</li>
<li><a href="https://github.com/zalandoresearch/fashion-mnist">Fashion-MNIST</a>, under the MIT licence, Copyright © 2017 Zalando SE, https://tech.zalando.com. Repacked into the files <code>data/fashion-*.bin</code>, with 20,000 of its training pictures, which are unchanged. The text of the licence is the first below.</li>
</ul>
<p>The weights in <code>weights/</code> were trained on these by flowstep itself.</p>
<h2>Code</h2>
<p>Compiled into the page are Rust's <a href="https://github.com/rust-lang/rust">standard library</a> (MIT or Apache-2.0, by the Rust Project Developers) and ${count} crates. Where a crate leaves the choice, it is used under the licence below which it stands here.</p>
${texts.map(section).join("\n")}
</main>
</body>
</html>
`;

if (process.argv.includes("--check")) {
    let there = "";
    try {
        there = readFileSync(page, "utf8");
    } catch {}
    if (there !== html) {
        console.error("licences: public/licences.html is not of the crates that are compiled now; make licences writes it anew");
        process.exit(1);
    }
    console.log(`licences: ${count} crates under ${texts.length} texts`);
} else {
    writeFileSync(page, html);
    console.log(`public/licences.html: ${count} crates under ${texts.length} texts, ${html.length} characters`);
}
