// Owns: the person who signs in while the conformance suite looks on: an account with every standard
// claim (OIDC Core §5.1), so that no scope comes back empty. Its password is made once and kept.
import { foldName, systemRandom, type User, type UserClaims } from '@grantd/domain'
import { type Services, userWithPassword } from '@grantd/oauth'
import type { Settings } from '../config/settings.ts'
import { readJsonFile, writeJsonFile } from '../data-folder.ts'

const FILE = 'conformance.json'

export interface ConformancePerson {
  readonly username: string
  readonly password: string
}

export const ALL_CLAIMS = {
  name: 'Ada King Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  middle_name: 'King',
  nickname: 'Ada',
  preferred_username: 'ada',
  profile: 'https://ada.example/',
  picture: 'https://ada.example/ada.png',
  website: 'https://ada.example/notes',
  gender: 'female',
  birthdate: '1985-12-10', // the suite takes nobody for alive who was born before 1850
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  email_verified: true,
  phone_number: '+442071234567',
  phone_number_verified: true,
  address: {
    formatted: '12 St James’s Square\nLondon SW1Y 4JH\nUnited Kingdom',
    street_address: '12 St James’s Square',
    locality: 'London',
    region: 'Greater London',
    postal_code: 'SW1Y 4JH',
    country: 'United Kingdom',
  },
} as const satisfies Required<UserClaims>

/** Makes the account when it is not there; `undefined` where the suite is not let in. */
export async function prepareConformancePerson(
  settings: Settings,
  services: Services,
): Promise<ConformancePerson | undefined> {
  if (!settings.conformance.enabled) return undefined
  const person = readJsonFile<ConformancePerson>(settings.data.dir, FILE) ?? kept(settings)
  const { storage } = services
  if ((await storage.users.findByLogin(foldName(person.username))) !== undefined) return person
  const { user, changes } = await userWithPassword(
    {
      existing: undefined,
      ...person,
      email: `${person.username}@example.test`,
      role: 'user',
      actor: 'dev',
    },
    services,
  )
  const known: User = { ...user, claims: ALL_CLAIMS }
  await storage.commit(
    changes.map((change) =>
      change.kind === 'user.insert' ? { kind: 'user.insert', user: known } : change,
    ),
  )
  return person
}

function kept(settings: Settings): ConformancePerson {
  const person = { username: 'conformance', password: systemRandom.base64url(12) }
  writeJsonFile(settings.data.dir, FILE, person)
  return person
}
