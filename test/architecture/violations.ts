import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import { otherFolders, privateRooms, rooms, sourceFolders } from './import-law.ts'

type Node = Record<string, unknown>

/** Reads the sources under `root` and says where they break the law, one line a breach. */
export function violations(root: string): string[] {
  return sources(root).flatMap((file) => {
    const { program, errors } = parseSync(file, readFileSync(join(root, file), 'utf8'))
    if (errors.length > 0) return [`${file}: ${errors[0]?.message}`]
    const nodes = [...walk(program)]
    return [...imports(file, nodes), ...impurities(file, nodes)].map((what) => `${file}: ${what}`)
  })
}

/** Source files, as `src/db/index.ts`. */
export function sources(root: string): string[] {
  const folders = [...sourceFolders, ...otherFolders].join(',')
  return globSync(`{${folders}}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
  }).map((path) => path.replaceAll('\\', '/'))
}

/** The innermost room of a file; a test lives where its subject does. */
function roomOf(file: string): string | undefined {
  const subject = file.replace(/\.test(?=\.tsx?$)/, '')
  return Object.keys(rooms)
    .filter((name) => subject.startsWith(rooms[name]?.path ?? ''))
    .sort((a, b) => (rooms[b]?.path.length ?? 0) - (rooms[a]?.path.length ?? 0))[0]
}

function imports(file: string, nodes: Node[]): string[] {
  const from = roomOf(file)
  if (from === undefined && sourceFolders.some((folder) => file.startsWith(`${folder}/`)))
    return ['belongs to no room of the law']
  return specifiers(nodes).flatMap((specifier) => {
    const breach = specifier.startsWith('.')
      ? roomBreach(file, from, posix.join(posix.dirname(file), specifier))
      : packageBreach(file, from, specifier)
    return breach ? [breach] : []
  })
}

function roomBreach(file: string, from: string | undefined, target: string): string | undefined {
  const to = roomOf(target)
  if (from !== undefined && from === to) return undefined
  if (privateRooms.some((room) => room === to)) return `nobody may import ${to}: ${target}`
  if (from === undefined || isTest(file)) return undefined
  const allowed = rooms[from]?.rooms ?? []
  if (to !== undefined && (allowed.includes(to) || allowed.includes('*'))) return undefined
  return `${from} may not import ${to ?? 'from outside the rooms'}: ${target}`
}

function packageBreach(file: string, from: string | undefined, name: string): string | undefined {
  const allowed = from === undefined || isTest(file) ? undefined : rooms[from]?.packages
  const permits = (entry: string): boolean =>
    entry === 'node:' ? name.startsWith(entry) : name === entry || name.startsWith(`${entry}/`)
  if (allowed === undefined || allowed.some(permits)) return undefined
  return `${from} may not import the package ${name}`
}

const impure = {
  objects: ['process', 'console', 'performance', 'crypto', 'globalThis'],
  calls: ['Date', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  members: ['Date.now', 'Math.random'],
}

function impurities(file: string, nodes: Node[]): string[] {
  const room = roomOf(file)
  if (room === undefined || !rooms[room]?.pure || isTest(file)) return []
  return nodes.flatMap((node) => {
    const callee = name(node.callee)
    const member = node.type === 'MemberExpression' ? name(node.object) : ''
    const path = `${member}.${name(node.property)}`
    const bareDate = callee === 'Date' && (node.arguments as unknown[]).length === 0
    const found = [
      node.type === 'NewExpression' && bareDate && 'new Date()',
      node.type === 'CallExpression' && impure.calls.includes(callee) && `${callee}()`,
      impure.members.includes(path) && path,
      impure.objects.includes(member) && path,
    ]
    return found.filter((what) => what !== false).map((what) => `${room} is pure: ${what}`)
  })
}

/** Of import and export declarations, dynamic imports and import types alike. */
function specifiers(nodes: Node[]): string[] {
  const types = /^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/
  return nodes.flatMap((node) => {
    const source = types.test(String(node.type)) ? (node.source as Node | null) : null
    if (!source) return []
    return [typeof source.value === 'string' ? source.value : '(computed)']
  })
}

function name(node: unknown): string {
  const { type, name } = (node ?? {}) as Node
  return type === 'Identifier' ? String(name) : ''
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$|^client-sdk\/test\//.test(file)
}

function* walk(value: unknown): Generator<Node> {
  if (value === null || typeof value !== 'object') return
  if ('type' in value) yield value as Node
  for (const inner of Object.values(value)) yield* walk(inner)
}
