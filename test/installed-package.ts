/** The package as a user gets it: packed from dist/ and installed into an empty folder. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface PackedFile {
  path: string
  size: number
}

export interface InstalledPackage {
  tarball: string
  files: PackedFile[]
  /** The empty folder, with node_modules in it. */
  folder: string
  /** What `npx supascope` would run. */
  bin: string
  /** Production dependencies, their own included, by their place under node_modules. */
  dependencies: string[]
  manifest: Manifest
  remove(): void
}

interface Manifest {
  version: string
  exports: Record<string, string | Record<string, string>>
  bin: Record<string, string>
}

/** @throws Error if dist/ is missing: the test runner builds it. */
export function installPackage(): InstalledPackage {
  const folder = mkdtempSync(join(tmpdir(), 'supascope-installed-'))
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )
  // npm 12 answers with an object by name, older ones with a list.
  const { filename, files } = (Array.isArray(packed) ? packed : Object.values(packed))[0]
  const tarball = join(folder, filename)
  const place = join(folder, 'node_modules', 'supascope')
  mkdirSync(place, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
  const dependencies = productionDependencies()
  for (const name of dependencies) link(join(root, 'node_modules', name), folder, name)
  const manifest: Manifest = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  const bin = installBin(place, manifest, folder)
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  return { tarball, files, folder, bin, dependencies, manifest, remove }
}

/** By a link instead of a download: they are installed here already. */
function link(target: string, folder: string, name: string): void {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path)
}

function installBin(place: string, manifest: Manifest, folder: string): string {
  const bin = join(folder, 'node_modules', '.bin', 'supascope')
  mkdirSync(dirname(bin), { recursive: true })
  symlinkSync(join(place, manifest.bin.supascope ?? ''), bin)
  return bin
}

interface Locked {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/** What `npm install supascope` brings, by the lock file. */
function productionDependencies(): string[] {
  const lock: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  const found = new Set<string>()
  const visit = (entry: Locked | undefined): void => {
    for (const name of Object.keys({ ...entry?.dependencies, ...entry?.optionalDependencies })) {
      if (found.has(name)) continue
      found.add(name)
      visit(lock.packages[`node_modules/${name}`])
    }
  }
  visit(lock.packages[''])
  return [...found].sort()
}
