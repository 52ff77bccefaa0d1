// Owns: an nginx of a test's own that runs deploy/nginx/grantd.conf, on other ports and addresses.
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Gateway } from '../crash/wire.ts'

const ROOT = path.resolve(import.meta.dirname, '../../../..')
const SHIPPED = path.join(ROOT, 'deploy/nginx/grantd.conf')
const START_DEADLINE_MS = 20_000

/** One request as nginx saw it. */
export interface Passage {
  readonly method: string
  readonly status: number
  /** What was asked of instances, in this order. */
  readonly attempts: readonly Attempt[]
}

export interface Attempt {
  readonly instance: string
  /** 502 is said by nginx too, when there was no answer. */
  readonly status: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

export interface Ports {
  readonly tls: number
  readonly plain: number
  readonly instances: readonly number[]
}

export class Nginx {
  readonly port: number
  readonly plainPort: number
  readonly proxy: Gateway
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(ports: Ports, folder: string, child: ChildProcess) {
    this.port = ports.tls
    this.plainPort = ports.plain
    this.#folder = folder
    this.#child = child
    this.proxy = { certificate: readFileSync(path.join(folder, 'tls.pem'), 'utf8') }
  }

  static async start(ports: Ports): Promise<Nginx> {
    const folder = mkdtempSync(path.join(tmpdir(), 'grantd-nginx-'))
    makeCertificate(folder)
    writeFileSync(path.join(folder, 'grantd.conf'), adapted(folder, ports))
    writeFileSync(path.join(folder, 'nginx.conf'), around(folder))
    const child = spawn(program(), ['-c', path.join(folder, 'nginx.conf'), '-p', folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const nginx = new Nginx(ports, folder, child)
    await nginx.#accepts()
    return nginx
  }

  /** Every request since the start. */
  get passages(): readonly Passage[] {
    return readFileSync(path.join(this.#folder, 'access.log'), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map(passageOf)
  }

  /** The log as an operator of the shipped file has it. */
  get log(): string {
    return readFileSync(path.join(this.#folder, 'shipped.log'), 'utf8')
  }

  /** Resolves when requests go to this instance again. */
  async sendsTo(instance: number): Promise<void> {
    const before = this.passages.length
    const address = `127.0.0.1:${instance}`
    const isAnswered = ({ attempts }: Passage) =>
      attempts.some((attempt) => attempt.instance === address && attempt.status < 500)
    while (!this.passages.slice(before).some(isAnswered)) await wait(100)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #accepts(): Promise<void> {
    const until = performance.now() + START_DEADLINE_MS
    for (;;) {
      assert.equal(this.#child.exitCode, null, 'nginx ended; it has said why')
      const socket = connect(this.port, '127.0.0.1')
      try {
        await once(socket, 'connect')
        return
      } catch (error) {
        if (performance.now() > until) throw error
        await wait(50)
      } finally {
        socket.destroy()
      }
    }
  }
}

/** Of the system, or what `scripts/services.sh up nginx` unpacked. */
function program(): string {
  const places = ['/usr/sbin/nginx', path.join(ROOT, '.services/nginx/usr/sbin/nginx')]
  const found = places.find((place) => existsSync(place))
  assert.ok(found, 'there is no nginx; run: bash scripts/services.sh up nginx')
  return found
}

/** The shipped file with nothing changed but addresses and the certificate. */
function adapted(folder: string, ports: Ports): string {
  const changes: [from: string, to: string][] = [
    ...ports.instances.map((port, index): [string, string] => [
      `127.0.0.1:${8081 + index}`,
      `127.0.0.1:${port}`,
    ]),
    ['listen 80;', `listen 127.0.0.1:${ports.plain};`],
    ['listen 443 ssl;', `listen 127.0.0.1:${ports.tls} ssl;`],
    [
      'access_log /var/log/nginx/grantd.log grantd;',
      `access_log ${folder}/access.log passage; access_log ${folder}/shipped.log grantd;`,
    ],
    ['/etc/ssl/certs/auth.example.com.pem', path.join(folder, 'tls.pem')],
    ['/etc/ssl/private/auth.example.com.key', path.join(folder, 'tls.key')],
  ]
  return changes.reduce(
    (text, [from, to]) => {
      assert.ok(text.includes(from), `deploy/nginx/grantd.conf no longer says ${from}`)
      return text.replaceAll(from, to)
    },
    readFileSync(SHIPPED, 'utf8'),
  )
}

function around(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  log_format passage '$request_method|$status|$upstream_addr|$upstream_status|$upstream_bytes_sent|$upstream_bytes_received';
  access_log ${folder}/access.log passage;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  include ${folder}/grantd.conf;
}
`
}

function makeCertificate(folder: string): void {
  const options =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost'
  const out = ['-keyout', path.join(folder, 'tls.key'), '-out', path.join(folder, 'tls.pem')]
  execFileSync('openssl', [...options.split(' '), ...out], { stdio: 'ignore' })
}

function passageOf(line: string): Passage {
  const [method = '', status, ...lists] = line.split('|')
  // Attempts are separated by commas, and groups of them, after an inner redirect, by colons.
  const [instances = [], statuses = [], sent = [], received = []] = lists.map((list) =>
    list.split(/, | : /),
  )
  const attempts = instances.map((instance, index) => ({
    instance,
    status: Number(statuses[index]),
    bytesSent: Number(sent[index]),
    bytesReceived: Number(received[index]),
  }))
  return { method, status: Number(status), attempts }
}
