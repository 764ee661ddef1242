/**
 * For SQL that is shown to people as a remedy. What Supascope itself runs is parametrised.
 */

/** What the grammar takes for a word of its own where a name could stand (pg_get_keywords, R and T). */
const reserved: ReadonlySet<string> = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check
   collate collation column concurrently constraint create cross current_catalog current_date
   current_role current_schema current_time current_timestamp current_user default deferrable desc
   distinct do else end except false fetch for foreign freeze from full grant group having ilike in
   initially inner intersect into is isnull join lateral leading left like limit localtime
   localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
   references returning right select session_user similar some symmetric system_user table
   tablesample then to trailing true union unique user using variadic verbose when where window
   with`.split(/\s+/),
)

/** What no text to paste can hold: a line end would end a comment, and the invisible gets lost. */
const odd = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

/** Such characters as `\000a`, for `U&"…"` and `U&'…'`. */
function inHex(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => {
    const code = (one.codePointAt(0) ?? 0).toString(16)
    return code.length > 4 ? `\\+${code.padStart(6, '0')}` : `\\${code.padStart(4, '0')}`
  })
}

/** `orders`, `"Order items"`, `"user"`; `U&"a\000ab"` for a line end in a name. */
export function quoteIdentifier(name: string): string {
  const plain = /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name)
  if (plain) return name
  return odd.test(name) ? `U&"${inHex(name).replace(/"/g, '""')}"` : `"${name.replace(/"/g, '""')}"`
}

/** `public.orders` */
export function quoteName(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`
}

export function quoteLiteral(text: string): string {
  const plain = text.replace(/'/g, "''")
  return odd.test(text) ? `U&'${inHex(text).replace(/'/g, "''")}'` : `'${plain}'`
}
