/** The bearer token that ingests events. */
export const INGEST = 'the-token-of-ingest-only'

/** With these settings every operation of the document is there. */
export const EVERYTHING_ON = {
  OAUTH2_OPEN_REGISTRATION: 'true',
  OAUTH2_EVENTS_PUBLIC_INGEST: 'true',
  OAUTH2_EVENTS_INGEST_BEARER_TOKEN: INGEST,
  OAUTH2_SESSION_MANAGEMENT_ENABLED: 'true',
  OAUTH2_METRICS_PUBLIC: 'true',
  OAUTH2_SWAGGER_UI: 'true',
}
