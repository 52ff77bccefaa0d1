// Owns: Swagger UI from this origin: its page and its files, read when somebody asks for them and not
// kept. Does not own: the document that it shows (api-docs-endpoints.ts).
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { OAuthError } from '@grantd/domain'
import { type Endpoint, LEADS_ON, PAGE, type Reply, UNCHANGED } from '@grantd/oauth'
import type { DescribedEndpoint } from './document.ts'

const PATH = '/swagger-ui/'
const SCRIPT = 'text/javascript; charset=utf-8'
const STYLES = 'text/css; charset=utf-8'

/** Of the package what the page loads, and the script that starts it; resolved when asked for. */
const FILES: Readonly<Record<string, readonly [contentType: string, place: () => string]>> = {
  'swagger-ui.css': [STYLES, () => import.meta.resolve('swagger-ui-dist/swagger-ui.css')],
  'swagger-ui-bundle.js': [
    SCRIPT,
    () => import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  ],
  'start.js': [SCRIPT, () => new URL('../../static/swagger-ui.js', import.meta.url).href],
}

const common = {
  method: 'GET',
  spec: 'Swagger UI',
  tag: 'Observability',
  caller: 'none',
  body: 'none',
  rateClass: 'asset',
} as const

export const SWAGGER_UI = {
  entrance: {
    ...common,
    id: 'swagger-ui.entrance',
    path: PATH.slice(0, -1),
    summary: 'Leads to Swagger UI.',
    answers: [LEADS_ON],
  },
  page: {
    ...common,
    id: 'swagger-ui',
    path: PATH,
    summary: 'Shows this document, with forms to try the endpoints.',
    answers: [PAGE, UNCHANGED],
  },
  file: {
    ...common,
    id: 'swagger-ui.file',
    path: `${PATH}*`,
    segment: 'file',
    summary: 'A file of that page.',
    answers: [
      { status: 200, says: 'The file.', type: 'text/javascript' },
      { status: 200, says: 'The file.', type: 'text/css' },
      PAGE,
      UNCHANGED,
    ],
    refuses: ['not_found'],
  },
} as const satisfies Record<string, DescribedEndpoint>

export function swaggerUiEndpoints(favicon: string): readonly Endpoint[] {
  const page = pageOf(favicon)
  return [
    { ...SWAGGER_UI.entrance, handle: () => ({ kind: 'redirect', location: PATH }) },
    { ...SWAGGER_UI.page, handle: () => page },
    {
      ...SWAGGER_UI.file,
      handle({ request }) {
        const name = request.target.replace(/\?.*$/s, '').slice(PATH.length)
        return name === 'index.html' ? page : fileOf(name)
      },
    },
  ]
}

async function fileOf(name: string): Promise<Reply> {
  const [contentType, place] = (Object.hasOwn(FILES, name) && FILES[name]) || []
  if (contentType === undefined || place === undefined)
    throw new OAuthError('not_found', 'there is no such file')
  const body = await readFile(fileURLToPath(place()))
  return { kind: 'file', contentType, body, etag: `"${hash('sha256', body, 'base64url')}"` }
}

/** Without inline code; what the page says to people is the package's, in English. */
function pageOf(favicon: string): Reply {
  const body = Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>grantd API</title>
<link rel="icon" href="${favicon}">
<link rel="stylesheet" href="${PATH}swagger-ui.css">
<script src="${PATH}swagger-ui-bundle.js" defer></script>
<script src="${PATH}start.js" defer></script>
</head>
<body>
<main id="swagger-ui"></main>
<noscript>This page needs JavaScript. The document itself: <a href="/api-docs/openapi.json">openapi.json</a></noscript>
</body>
</html>
`)
  return {
    kind: 'file',
    contentType: 'text/html; charset=utf-8',
    body,
    etag: `"${hash('sha256', body, 'base64url')}"`,
    isPage: true,
  }
}
