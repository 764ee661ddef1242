import type { HostFacts } from '../../facts/index.ts'

/** True where others run the server, and a team can't change what belongs to it. */
export function isManagedHost({ provider, superuser }: HostFacts): boolean {
  return provider !== null && !superuser
}

/** How a team sets what belongs to the whole server, there where it runs. */
export function setServerSetting(name: string, value: string, host: HostFacts): string {
  if (!isManagedHost(host)) return `alter system set ${name} = '${value}'; select pg_reload_conf();`
  if (host.provider === 'Supabase') {
    return `supabase postgres-config update --config ${name}=${value}`
  }
  return `set ${name} = ${value} in the settings of ${host.provider}.`
}
