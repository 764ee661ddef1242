import { type Check, type Facts, ok, warn } from './check.ts'

export function checkConnection({ connection }: Facts): Check[] {
  return [
    ok('connection', `${connection.target} answers`),
    checkTls(connection),
    checkPooler(connection),
  ]
}

function checkTls({ sslmode, local }: Facts['connection']): Check {
  if (sslmode === 'verify-full' || sslmode === 'verify-ca') {
    return ok('tls', `encrypted, and the certificate is checked (${sslmode})`)
  }
  if (sslmode === 'require') {
    return ok(
      'tls',
      'encrypted; the certificate is not checked: sslmode=verify-full&sslrootcert=PATH does that',
    )
  }
  if (local) return ok('tls', 'not encrypted, on this machine')
  return warn(
    'tls',
    'not encrypted: the password and all statements cross the network in clear text',
    'take sslmode=disable out of the database URL',
  )
}

function checkPooler({ pooler, port }: Facts['connection']): Check {
  switch (pooler) {
    case 'none':
      return ok('pooler', 'connected to the server itself')
    case 'session':
      return ok('pooler', 'through a pooler that keeps one server connection for each client')
    case 'transaction':
      return ok(
        'pooler',
        port === 6543
          ? 'through a pooler in transaction mode; all commands work through it'
          : 'through a pooler that changes the server connection between transactions; all commands work through it',
      )
  }
}
