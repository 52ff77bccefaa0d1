import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Storage } from '@grantd/domain'
import type { GuardCase } from './guard-case.ts'
import { guardCases } from './guards.ts'
import { suiteOn, write } from './harness.ts'
import { lostGuards } from './lost-guards.ts'
import { anAuditRecord } from './samples.ts'
import type { ConformanceTarget } from './suite.ts'

const RACERS = 16

/** Every guard has exactly as many winners as it may, and a loser leaves no trace. */
export function raceSuite(target: ConformanceTarget): void {
  suiteOn(target, 'guards', (storage) => {
    for (const [number, { kind, winners }] of guardCases().entries()) {
      test(`${kind} ${number}: ${winners} of ${RACERS} concurrent commits win`, async () => {
        await assertWinners([storage()], pick(guardCases(), number))
      })
    }
    for (const [number, { kind }] of lostGuards().entries()) {
      test(`${kind} ${number}: a condition that does not hold has no winner`, async () => {
        await assertWinners([storage()], pick(lostGuards(), number))
      })
    }
    for (const place of [0, 1, 2]) {
      test(`a guard lost as change ${place} of 3 writes nothing of its unit`, async () => {
        for (const guard of lostGuards()) await assertNoTrace(storage(), guard, place)
      })
    }
  })
  const { openAgain } = target
  if (openAgain === undefined) return
  suiteOn(target, 'guards across two connections', (storage) => {
    describe('one winner in all', () => {
      for (const [number, { kind, winners }] of guardCases().entries()) {
        test(`${kind} ${number}: ${winners} of ${RACERS}`, async () => {
          const second = await openAgain.call(target)
          try {
            await assertWinners([storage(), second], pick(guardCases(), number))
          } finally {
            await second.close()
          }
        })
      }
    })
  })
}

function pick(cases: readonly GuardCase[], number: number): GuardCase {
  const found = cases[number]
  if (found === undefined) throw new Error(`no guard case ${number}`)
  return found
}

async function assertWinners(storages: readonly Storage[], guard: GuardCase): Promise<void> {
  const [first] = storages
  if (first === undefined) throw new Error('no storage')
  for (const change of guard.prepare) await write(first, change)
  const records = Array.from({ length: RACERS }, () => anAuditRecord())
  const results = await Promise.all(
    records.map((record, n) =>
      (storages[n % storages.length] ?? first).commit([
        { kind: 'audit.insert', record },
        guard.race(n),
      ]),
    ),
  )
  const winners = results.flatMap((result, n) => (result.outcome === 'committed' ? [n] : []))
  assert.equal(winners.length, guard.winners)
  for (const result of results) {
    if (result.outcome === 'refused') assert.equal(result.index, 1)
  }
  const written = await storedAmong(first, records)
  assert.deepEqual(
    written,
    winners.map((n) => records[n]?.id),
  )
}

async function assertNoTrace(storage: Storage, guard: GuardCase, place: number): Promise<void> {
  if (guard.prepare.length > 0) await write(storage, ...guard.prepare)
  const records = [anAuditRecord(), anAuditRecord()]
  const inserts = records.map((record) => ({ kind: 'audit.insert', record }) as const)
  const unit = inserts.toSpliced(place, 0)
  const changes = [...unit.slice(0, place), guard.race(0), ...unit.slice(place)]
  assert.deepEqual(await storage.commit(changes), { outcome: 'refused', index: place })
  assert.deepEqual(await storedAmong(storage, records), [])
}

async function storedAmong(storage: Storage, records: readonly { id: string }[]) {
  const ids = new Set<string>((await storage.audit.list({ limit: 500 })).map(({ id }) => id))
  return records.map(({ id }) => id).filter((id) => ids.has(id))
}
