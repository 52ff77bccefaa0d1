import { existsSync } from 'node:fs'
import {
  databaseFile,
  migrationStatus,
  type OpenedStorage,
  openStorage,
  readOnlyUrl,
} from '@grantd/storage'
import { ConfigError } from '../../config/problem.ts'
import { isInMemory, type Located, locate, type Whereabouts } from '../locate.ts'
import type { DoctorCheck, Finding, Patient } from './finding.ts'

/** Runs every check; one that breaks is a finding itself. */
export async function examine(
  where: Whereabouts,
  checks: readonly DoctorCheck[],
): Promise<Finding[]> {
  const located = await locateOrNothing(where)
  const file = located && (await databaseFile(located.settings.database.url))
  const storage = await openOrNothing(located, file)
  const patient: Patient = { where, located, file, storage }
  try {
    const findings: Finding[] = []
    for (const { name, look } of checks)
      findings.push({ check: name, ...(await ask(look, patient)) })
    return findings
  } finally {
    await storage?.close()
  }
}

async function ask(look: DoctorCheck['look'], patient: Patient): ReturnType<typeof promised> {
  try {
    return await promised(look, patient)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const fix = error instanceof Error && 'fix' in error ? error.fix : undefined
    return { status: 'fail', detail, ...(typeof fix === 'string' && { fix }) }
  }
}

async function promised(look: DoctorCheck['look'], patient: Patient) {
  return look(patient)
}

/** A broken configuration is what the check of it reports. */
async function locateOrNothing(where: Whereabouts): Promise<Located | undefined> {
  try {
    return await locate(where)
  } catch (error) {
    if (error instanceof ConfigError) return undefined
    throw error
  }
}

/** Why it does not open is what the check of the database reports. */
async function openOrNothing(
  located: Located | undefined,
  file: string | undefined,
): Promise<OpenedStorage | undefined> {
  if (located === undefined || isInMemory(located)) return undefined
  if (file !== undefined && !existsSync(file)) return undefined
  const { url } = located.settings.database
  try {
    if ((await migrationStatus(url)).pending.length > 0) return undefined
    return await openStorage(readOnlyUrl(url))
  } catch {
    return undefined
  }
}
