import { guarded, idOf, type Recipes, write } from '../recipe.ts'

export const auditChanges = {
  'audit.insert': (db, p) => [
    write(
      db.insertInto('audit_log').values({
        id: p.bytes((c) => c.record.id),
        action: p.value((c) => c.record.action),
        actor: p.valueOrNull((c) => c.record.actor),
        target_kind: p.value((c) => c.record.targetKind),
        target_id: p.value((c) => c.record.targetId),
        subject: p.bytesOrNull((c) => c.record.subject),
        ip: p.valueOrNull((c) => c.record.ip),
        metadata: p.json((c) => c.record.metadata),
        created_at: p.value((c) => c.record.createdAt),
      }),
    ),
  ],
  'audit.link': (db, p) => [
    guarded(
      db
        .updateTable('audit_log')
        .set({ seq: p.value((c) => c.seq), hash: p.bytes((c) => c.hash) })
        .where('id', '=', idOf(p))
        .where('seq', 'is', null),
    ),
  ],
  'audit.mark': (db, p) => [
    guarded(
      db
        .updateTable('audit_marks')
        .set({
          seq: p.value((c) => c.seq),
          hash: p.bytes((c) => c.hash),
          mac: p.bytes((c) => c.mac),
        })
        .where(
          'name',
          '=',
          p.value((c) => c.end),
        )
        .where(
          'seq',
          '=',
          p.value((c) => c.from),
        ),
    ),
  ],
  'audit.trim': (db, p) => [
    write(
      db.deleteFrom('audit_log').where(
        'seq',
        '<=',
        p.value((c) => c.upTo),
      ),
    ),
  ],
} satisfies Partial<Recipes>
