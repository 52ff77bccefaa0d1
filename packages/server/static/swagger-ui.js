// Starts Swagger UI for the document of this very server; nothing is loaded from or sent to others.
const dark = matchMedia('(prefers-color-scheme: dark)')
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', follow)
follow()
// The package leaves the names of headers dark on dark.
const readable = new CSSStyleSheet()
readable.replaceSync('html.dark-mode .swagger-ui .header-col { color: #e4e6e6 }')
document.adoptedStyleSheets.push(readable)

window.SwaggerUIBundle({
  url: '/api-docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  // On a narrow screen it would stand one letter a line.
  displayOperationId: matchMedia('(min-width: 40rem)').matches,
  validatorUrl: null,
})
