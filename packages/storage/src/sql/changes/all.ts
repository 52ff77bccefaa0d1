import type { Recipes } from '../recipe.ts'
import { auditChanges } from './audit.ts'
import { clientChanges } from './clients.ts'
import { codeChanges } from './codes.ts'
import { consentChanges } from './consents.ts'
import { denylistChanges } from './denylist.ts'
import { factorChanges } from './factors.ts'
import { familyChanges } from './families.ts'
import { identityChanges } from './identities.ts'
import { keyChanges } from './keys.ts'
import { logoutDeliveryChanges } from './logout-deliveries.ts'
import { noteChanges } from './notes.ts'
import { oneTimeChanges } from './one-time.ts'
import { outboxChanges } from './outbox.ts'
import { sessionChanges } from './sessions.ts'
import { throttleChanges } from './throttles.ts'
import { ticketChanges } from './tickets.ts'
import { tokenChanges } from './tokens.ts'
import { userChanges } from './users.ts'

/** Every kind of change and its statements. A kind without a recipe fails the type check here. */
export const CHANGES: Recipes = {
  ...clientChanges,
  ...userChanges,
  ...sessionChanges,
  ...consentChanges,
  ...codeChanges,
  ...familyChanges,
  ...tokenChanges,
  ...keyChanges,
  ...oneTimeChanges,
  ...throttleChanges,
  ...logoutDeliveryChanges,
  ...factorChanges,
  ...identityChanges,
  ...ticketChanges,
  ...auditChanges,
  ...noteChanges,
  ...denylistChanges,
  ...outboxChanges,
}
