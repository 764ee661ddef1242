/** `npm run bench -- NAME [arguments]`: runs bench/NAME.ts; without a name it lists the benches. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root, run } from './process.ts'

const [name, ...args] = process.argv.slice(2)
const folder = join(root, 'bench')

if (name === undefined) {
  const files = globSync('*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'))
  console.log('usage: npm run bench -- NAME [arguments]\n')
  for (const file of files.sort()) {
    console.log(`  ${basename(file, '.ts').padEnd(16)}${firstDocLine(join(folder, file))}`)
  }
} else if (/^[\w-]+$/.test(name) && existsSync(join(folder, `${name}.ts`))) {
  process.exitCode = await run(process.execPath, [join(folder, `${name}.ts`), ...args])
} else {
  console.error(`no bench named ${name}: \`npm run bench\` lists them`)
  process.exitCode = 2
}

/** The first sentence of the file's docblock. */
function firstDocLine(path: string): string {
  const doc = readFileSync(path, 'utf8').match(/\/\*\*\s*([\s\S]*?)\*\//)?.[1] ?? ''
  const text = doc.replace(/(^|\s*\n)\s*\*\s?/g, ' ').trim()
  return text.match(/^.*?\.(?=\s|$)/)?.[0] ?? text
}
