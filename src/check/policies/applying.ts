import type { AccessFacts, PolicyFacts, RelationRight } from '../../facts/index.ts'

export type Command = 'select' | 'insert' | 'update' | 'delete'

export const commands: readonly Command[] = ['select', 'insert', 'update', 'delete']

/** Which policies bind which role. */
export interface Applying {
  /** Roles that policies bind. */
  roles: readonly string[]
  /** Whether a policy is for that role, by itself or by another one that it has. */
  binds(policy: PolicyFacts, role: string): boolean
  /** Whether a role may run the command on a table at all. */
  may(tableOid: number, role: string, command: Command): boolean
}

export function applying(access: AccessFacts): Applying {
  const has = new Map(access.roles.map((role) => [role.name, new Set(role.has)]))
  const rights = new Map<string, RelationRight>(
    access.relations.map((right) => [`${right.oid} ${right.role}`, right]),
  )
  return {
    roles: access.roles.map(({ name }) => name),
    binds: ({ roles }, role) =>
      roles.length === 0 || roles.some((one) => has.get(role)?.has(one) ?? false),
    may: (oid, role, command) => rights.get(`${oid} ${role}`)?.[command] ?? false,
  }
}

export function isFor({ command }: PolicyFacts, wanted: Command): boolean {
  return command === 'all' || command === wanted
}
