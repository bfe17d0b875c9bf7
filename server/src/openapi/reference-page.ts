import { SEARCH_BOX, SEARCH_CSS } from './guide-search.ts'

/** Where the reference is served. */
export const REFERENCE = '/docs'

/** What stands before the anchor of a guide's heading in an address of the reference. */
export const GUIDES = '#description/'

/** Fonts that computers bring along: nothing is loaded for them. */
const CSS = `
:root {
  --scalar-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif;
  --scalar-font-code: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
/* Colours of the theme that are too faint to be read on its greys. */
.light-mode {
  --scalar-color-2: #5c5c5c;
  --scalar-color-3: #666;
  --scalar-color-blue: #0063a8;
  --scalar-color-green: #00754a;
  --scalar-color-orange: #b63c00;
  --scalar-color-red: #c80000;
  --scalar-color-yellow: #855700;
}
.dark-mode {
  --scalar-color-3: #a3a3a3;
  --scalar-color-red: #ff6b6b;
}
/* Guides are texts: they get most of the width. */
.introduction-section .section-columns { display: grid; grid-template-columns: minmax(0, 1fr) 330px; }
.introduction-section .section-column { max-width: none; }
@media (max-width: 1150px) {
  .introduction-section .section-columns { grid-template-columns: minmax(0, 1fr); }
}
/* Code of the guides is read whole: a region that scrolls would need a place in the order of the tab key. */
.introduction-description pre code.hljs, .introduction-description pre code.hljs * {
  white-space: pre-wrap !important;
  overflow-wrap: anywhere;
}
/* Words are not broken for the sake of a table; a wide one is scrolled. */
.scalar-app .introduction-description .markdown :is(td, th) { overflow-wrap: normal; word-break: normal; }
.scalar-app .introduction-description .markdown table { table-layout: auto; display: block; }
`

/** A green tick on a dark ground. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#14532d"/>' +
      '<path d="M4 8.5l2.6 2.6L12 5.6" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>',
  )

const TRANSLATIONS = {
  // The description of the document holds the guides, and its section is called after them.
  navigation: { introduction: 'Guides' },
  // The whole sentence does not fit beside its title.
  apiClient: { authSelector: { selectedType: '{type}' } },
}

/** What Scalar is told; everything that would leave this server is off. */
const CONFIGURATION = {
  url: `${REFERENCE}/openapi.json`,
  authentication: { preferredSecurityScheme: 'token' },
  customCss: CSS,
  favicon: ICON,
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  showDeveloperTools: 'never',
  hideClientButton: true,
  documentDownloadType: 'none',
  // Each operation brings its samples in every language; generated ones would be a second list beside them.
  hiddenClients: true,
  // Operations show what they take and answer; a list of all schemas would crowd the search.
  hideModels: true,
  localization: { locale: 'en', translations: TRANSLATIONS },
  defaultOpenFirstTag: false,
}

/**
 * The script that starts the renderer in the page, and adds what the renderer leaves out for people who use a keyboard
 * or a screen reader: wide tables are scrolled by the arrow keys, boxes of forms, which are comboboxes, say that they
 * are closed, and what can be operated has a role and a name.
 */
export const START = `const all = (selector) => document.querySelectorAll(selector)
const mend = () => {
  // The renderer's own placeholder looks like a token.
  for (const input of all('input[placeholder^=QUxMIF]')) input.placeholder = 'your token'
  for (const table of all('.introduction-description table:not([tabindex])')) table.tabIndex = 0
  for (const box of all('[role=combobox]:not([aria-expanded])')) box.ariaExpanded = 'false'
  for (const box of all('.cm-content:not([aria-label])')) box.ariaLabel = 'Text'
  for (const button of all('button[role=none]')) button.removeAttribute('role')
  for (const button of all('button[aria-haspopup=menu]:not([aria-label])')) {
    if (button.textContent.trim() === '') button.ariaLabel = 'More'
  }
  for (const button of all('button[aria-label^=Copy][aria-controls]')) {
    if (!document.getElementById(button.getAttribute('aria-controls'))) button.removeAttribute('aria-controls')
  }
}
new MutationObserver(mend).observe(document.body, { childList: true, subtree: true, attributeFilter: ['placeholder'] })
const servers = [{ url: location.origin, description: 'This server' }]
Scalar.createApiReference('#app', { ...${JSON.stringify(CONFIGURATION)}, servers })
`

/** The page of the reference: everything else is done by the renderer. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Assay: guides and API reference</title>
    <link rel="icon" href="${ICON}">
    <style>${SEARCH_CSS}</style>
  </head>
  <body>
    ${SEARCH_BOX}
    <noscript>This page needs JavaScript. The same reference for programs: <a href="/api/v2/openapi.json">openapi.json</a>.</noscript>
    <div id="app"></div>
    <script src="${REFERENCE}/search.js"></script>
    <script src="${REFERENCE}/scalar.js"></script>
    <script src="${REFERENCE}/start.js"></script>
  </body>
</html>
`
