import type { ProviderDefinition } from '../provider.ts'
import { entraUpstream } from './entra.ts'

/** Personal and organisational accounts of any tenant, unless one is named. */
export const microsoft: ProviderDefinition = {
  id: 'microsoft',
  label: 'Microsoft',
  upstream: entraUpstream,
}
