/** Password of every role of the local stack. Only this machine can connect, so it is no secret. */
export const localPassword = 'postgres'

export function localUrl(port: number, database: string, role: string): string {
  const [user, name] = [role, database].map(encodeURIComponent)
  return `postgresql://${user}:${localPassword}@127.0.0.1:${port}/${name}`
}
