/*
 * After the build: writes a .gz beside every text asset, for nginx's
 * gzip_static, and prints what a first visit loads.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const DIST = new URL('../dist/', import.meta.url).pathname;
const TEXT = /\.(js|css|html|svg|webmanifest|txt)$/;

const PAGES = {
	'/': ['src/main.tsx'],
	'/messages': ['src/main.tsx', 'src/pages/messages/Messages.tsx'],
	'/messages/{group}': [
		'src/main.tsx',
		'src/pages/messages/Messages.tsx',
		'src/pages/messages/Conversation.tsx',
	],
	'/signin': ['src/main.tsx', 'src/pages/signin/SignIn.tsx'],
};

const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8'));

function compress() {
	for (const name of readdirSync(DIST, { recursive: true })) {
		const path = join(DIST, name);
		if (TEXT.test(name))
			writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
	}
}

/* The scripts of these entries and of all that they import at once. */
function scripts(entries, found = new Set()) {
	for (const entry of entries) {
		const { file, imports = [] } = manifest[entry];
		if (found.has(file)) continue;
		found.add(file);
		scripts(imports, found);
	}
	return found;
}

function gzipped(files) {
	return [...files].reduce(
		(sum, file) => sum + readFileSync(join(DIST, `${file}.gz`)).length,
		0,
	);
}

compress();
const sizes = {};
for (const [page, entries] of Object.entries(PAGES)) {
	sizes[page] = gzipped(
		scripts(entries.map((entry) => (manifest[entry] ? entry : 'index.html'))),
	);
	console.log(
		`${page.padEnd(18)} ${(sizes[page] / 1000).toFixed(1)} kB of JavaScript, gzipped`,
	);
}
writeFileSync(join(DIST, '.vite/sizes.json'), `${JSON.stringify(sizes, null, '\t')}\n`);
