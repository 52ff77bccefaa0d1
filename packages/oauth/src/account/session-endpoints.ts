import { after, clientId, nowSeconds, parseId, type SessionId } from '@grantd/domain'
import { auditChange } from '../audit.ts'
import { formFields } from '../form-fields.ts'
import { endOtherSessions } from '../sessions/end-others.ts'
import { endSession } from '../sessions/session-life.ts'
import { accountForm, backToConsole } from './account-action.ts'

export const sessionEnd = accountForm({
  id: 'account.session.end',
  path: '/profile/sessions/end',
  page: '/profile',
  summary: 'Ends one other session of the person.',
  parameters: formFields('csrf', 'session'),
  async act({ params, request }, { user, session }, services) {
    const id = parseId<SessionId>(params.get('session') ?? '')
    const other = id === undefined ? undefined : await services.storage.sessions.find(id)
    // Only one's own, whatever id was sent (T184).
    if (other?.userId !== user.id || other.id === session.id) return backToConsole('again')
    await endSession(other, request.ip, services)
    services.logouts.tell.deliver()
    return backToConsole('session')
  },
})

export const sessionsEnd = accountForm({
  id: 'account.sessions.end',
  path: '/profile/sessions/end-others',
  page: '/profile',
  summary: 'Ends every session of the person but this one.',
  parameters: formFields('csrf'),
  async act({ request }, { user, session }, services) {
    const about = { actor: user.id, targetKind: 'session', targetId: session.id } as const
    await services.storage.commit([
      { kind: 'session.requireLive', id: session.id },
      ...(await endOtherSessions(user, session, services)),
      auditChange(
        {
          action: 'session.ended',
          ...about,
          subject: user.id,
          ip: request.ip,
          metadata: { which: 'others' },
        },
        services,
      ),
    ])
    services.logouts.tell.deliver()
    return backToConsole('sessions')
  },
})

export const appRevoke = accountForm({
  id: 'account.app.revoke',
  path: '/profile/apps/revoke',
  page: '/profile',
  summary: 'Takes back what an app was allowed.',
  parameters: formFields('csrf', 'client_id'),
  async act({ params, request }, { user, session }, services) {
    const app = clientId(params.get('client_id')?.slice(0, 256) ?? '')
    const at = nowSeconds(services.clock)
    const consent = await services.storage.consents.find(user.id, app)
    const result = await services.storage.commit([
      { kind: 'session.requireLive', id: session.id },
      { kind: 'family.revokeByUserAndClient', userId: user.id, clientId: app, at },
      // What was allowed a moment ago and not redeemed yet ends as well (T61).
      {
        kind: 'code.burnByUserAndClient',
        userId: user.id,
        clientId: app,
        since: after(at, -services.settings.codeLifetime),
        at,
      },
      ...(consent === undefined ? [] : [{ kind: 'consent.delete', id: consent.id } as const]),
      auditChange(
        {
          action: 'consent.withdrawn',
          actor: user.id,
          targetKind: 'client',
          targetId: app,
          subject: user.id,
          ip: request.ip,
        },
        services,
      ),
    ])
    return backToConsole(result.outcome === 'committed' ? 'app' : 'again')
  },
})
