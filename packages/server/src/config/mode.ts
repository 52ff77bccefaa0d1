/**
 * Which command loads the configuration: `dev` is loopback with generated secrets, `serve` is
 * production, `tool` is everything that does not listen (migrations, client commands, `config`).
 */
export type Mode = 'dev' | 'serve' | 'tool'
