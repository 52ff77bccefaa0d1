// Owns: what a check of `grantd doctor` is. A new one is a function in this folder and a line in registry.ts.

import type { OpenedStorage } from '@grantd/storage'
import type { Settings } from '../../config/settings.ts'
import type { Located, Whereabouts } from '../locate.ts'

export type Verdict = {
  /** `skip`: could not be looked at, and another finding says why. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skip'
  readonly detail: string
  readonly fix?: string
}

export type Finding = { readonly check: string } & Verdict

/** What the checks look at; absent where the configuration or the database is out of reach. */
export interface Patient {
  readonly where: Whereabouts
  readonly located: Located | undefined
  readonly file: string | undefined
  /** Opened for reading only. */
  readonly storage: OpenedStorage | undefined
}

export interface DoctorCheck {
  readonly name: string
  look(patient: Patient): Verdict | Promise<Verdict>
}

export const ok = (detail: string): Verdict => ({ status: 'ok', detail })
export const skip = (detail: string): Verdict => ({ status: 'skip', detail })
export const warn = (detail: string, fix: string): Verdict => ({ status: 'warn', detail, fix })
export const fail = (detail: string, fix: string): Verdict => ({ status: 'fail', detail, fix })

const NO_CONFIGURATION = skip('not without a configuration')
const NO_DATABASE = skip('not without a database')

/** A check that needs the settings. */
export function ofSettings(
  look: (settings: Settings, patient: Patient, located: Located) => Verdict | Promise<Verdict>,
): DoctorCheck['look'] {
  return (patient) =>
    patient.located === undefined
      ? NO_CONFIGURATION
      : look(patient.located.settings, patient, patient.located)
}

/** A check that needs an open database. */
export function ofStorage(
  look: (storage: OpenedStorage, located: Located) => Verdict | Promise<Verdict>,
): DoctorCheck['look'] {
  return ({ located, storage }) =>
    located === undefined || storage === undefined ? NO_DATABASE : look(storage, located)
}
