import { Type } from '../schema.ts'
import { PERSONAL_CLAIMS } from './claims-of-user.ts'

const FLAGS: ReadonlySet<string> = new Set(['email_verified', 'phone_number_verified'])

/** OIDC Core §5.1: all but `sub` only where a scope or the claims parameter asked for it, and it is known. */
export const ClaimsSchema = Type.Object(
  {
    sub: Type.String(),
    ...Object.fromEntries(PERSONAL_CLAIMS.map((name) => [name, Type.Optional(schemaOf(name))])),
  },
  { $id: 'Claims', additionalProperties: true },
)

function schemaOf(name: string) {
  if (name === 'address') return Type.Record(Type.String(), Type.String())
  if (name === 'updated_at') return Type.Integer()
  return FLAGS.has(name) ? Type.Boolean() : Type.String()
}
