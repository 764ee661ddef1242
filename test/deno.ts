import { createRequire } from 'node:module'

/** The binary that the npm package brings for this machine, which its install script would link. */
export function denoBinary(): { path: string; missing: string | false } {
  const system = process.platform === 'linux' ? 'linux' : process.platform
  const libc = process.platform === 'linux' ? '-glibc' : ''
  const name = `@deno/${system}-${process.arch}${libc}`
  try {
    const path = createRequire(import.meta.url).resolve(`${name}/deno`)
    return { path, missing: false }
  } catch {
    return { path: '', missing: `${name} is not installed: npm brings it for the machines it has` }
  }
}
