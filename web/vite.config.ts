import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/* A running stack's; cookies are good there only with its own Origin. */
const API = process.env.CRUDDUR_URL ?? 'https://localhost:8443';

/*
 * The site's Content-Security-Policy allows nothing inline: no asset becomes a
 * data: address, and the polyfill of modulepreload is left out. The styles are
 * one file: those of a page that failed to load would not be asked for again.
 */
export default defineConfig({
	plugins: [react()],
	build: {
		target: 'es2022',
		manifest: true,
		assetsInlineLimit: 0,
		cssCodeSplit: false,
		modulePreload: { polyfill: false },
	},
	server: {
		proxy: { '/api': { target: API, changeOrigin: true, headers: { Origin: API } } },
	},
	test: { environment: 'node' },
});
