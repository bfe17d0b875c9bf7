/** Where the reference is served. */
export const REFERENCE = '/docs'

/** Fonts that computers bring along: nothing is loaded for them. */
const CSS = `
:root {
  --scalar-font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif;
  --scalar-font-code: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace;
}
/* Guides are texts: they get most of the width. */
.introduction-section .section-columns { display: grid; grid-template-columns: minmax(0, 1fr) 370px; }
.introduction-section .section-column { max-width: none; }
@media (max-width: 1150px) {
  .introduction-section .section-columns { grid-template-columns: minmax(0, 1fr); }
}
/* Words are not broken for the sake of a table; a wide one is scrolled. */
.introduction-description td, .introduction-description th { overflow-wrap: normal; word-break: normal; }
`

/** A green tick on a dark ground. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#14532d"/>' +
      '<path d="M4 8.5l2.6 2.6L12 5.6" fill="none" stroke="#fff" stroke-width="2" stroke-linecap="round"/></svg>',
  )

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
  // The description of the document holds the guides, and its section is called after them.
  localization: { locale: 'en', translations: { navigation: { introduction: 'Guides' } } },
  defaultOpenFirstTag: false,
}

/** The script that starts the renderer in the page. */
export const START = `const servers = [{ url: location.origin, description: 'This server' }]
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
  </head>
  <body>
    <noscript>This page needs JavaScript. The same reference for programs: <a href="/api/v2/openapi.json">openapi.json</a>.</noscript>
    <div id="app"></div>
    <script src="${REFERENCE}/scalar.js"></script>
    <script src="${REFERENCE}/start.js"></script>
  </body>
</html>
`
