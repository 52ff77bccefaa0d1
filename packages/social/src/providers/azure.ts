import type { ProviderDefinition } from '../provider.ts'
import { entraUpstream } from './entra.ts'

/** The same platform as `microsoft` under a registration of its own, usually of one tenant. */
export const azure: ProviderDefinition = {
  id: 'azure',
  label: 'Microsoft Entra ID',
  upstream: entraUpstream,
}
