// Owns: signing in through other providers: what each is, and the one flow over OpenID Connect and OAuth.
// Does not own: accounts and sessions here, HTTP, settings. Start here: registry.ts, flow.ts.
export type { ProviderChoice } from './configured-provider.ts'
export { UpstreamFlows } from './flow.ts'
export type {
  ProviderDefinition,
  ProviderSettings,
  UpstreamHttp,
} from './provider.ts'
export { PROVIDERS } from './registry.ts'
