// How the page is built, and how it is served while one works on it: then Vite serves the page, and sends what is
// for the service to VITE_BACKEND_URL.

import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, loadEnv, type Plugin } from 'vite'

const folder = import.meta.dirname

export default defineConfig(({ mode }) => ({
  root: folder,
  cacheDir: '../../../node_modules/.cache/campaign-web',
  plugins: [react(), tailwindcss(), preloadFonts()],
  build: {
    // No script may stand in the page itself, and a file that is a URL would be one: the policy refuses both.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': loadEnv(mode, folder, 'VITE_')['VITE_BACKEND_URL'] ?? 'http://127.0.0.1:8080',
    },
  },
}))

/** A font that is asked for with the page is there when the first text is drawn. */
function preloadFonts(): Plugin {
  return {
    name: 'preload-fonts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((name) => name.endsWith('.woff2'))
          .map((name) => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              crossorigin: true,
              href: `/${name}`,
            },
            injectTo: 'head-prepend' as const,
          })),
    },
  }
}
