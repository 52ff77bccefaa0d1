// Starts Swagger UI for the document of this very server; nothing is loaded from or sent to others.
window.SwaggerUIBundle({
  url: '/api-docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  docExpansion: 'list',
  displayOperationId: true,
  validatorUrl: null,
})
