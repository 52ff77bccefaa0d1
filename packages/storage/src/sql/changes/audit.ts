import { type Recipes, write } from '../recipe.ts'

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
} satisfies Partial<Recipes>
