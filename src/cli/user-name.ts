import { userInfo } from 'node:os'

/** Who runs the program: the account on this machine, or the actor of a GitHub workflow. */
export function userName(): string {
  const actor = process.env.GITHUB_ACTOR
  if (actor) return actor
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return process.env.USER ?? 'unknown'
  }
}
