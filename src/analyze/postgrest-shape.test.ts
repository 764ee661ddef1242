import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeStatement } from './describe-statement.ts'

const readTail =
  'SELECT $5::bigint AS total_result_set, pg_catalog.count(_postgrest_t) AS page_total, ' +
  'coalesce(json_agg(_postgrest_t), $6) AS body, nullif(current_setting($7, $8), $9) AS ' +
  'response_headers, nullif(current_setting($10, $11), $12) AS response_status, $13 AS ' +
  'response_inserted FROM ( SELECT * FROM pgrst_source ) _postgrest_t'

function label(text: string, role = 'authenticated'): string {
  return describeStatement(text, role).label
}

test('names a PostgREST read by its path, filters, order and limit', () => {
  const text =
    'WITH pgrst_source AS ( SELECT "public"."messages"."id", "public"."messages"."body" FROM ' +
    '"public"."messages" WHERE  "public"."messages"."conversation_id" = $1 AND NOT ' +
    '"public"."messages"."deleted_at" IS NULL AND  "public"."messages"."kind" = ANY ($2)  AND  ' +
    '"public"."messages"."meta"->>$3 ilike $4 ORDER BY "public"."messages"."created_at" DESC , ' +
    `"public"."messages"."id" ASC  LIMIT $5 OFFSET $6 )  ${readTail}`
  assert.deepEqual(describeStatement(text, 'authenticated'), {
    kind: 'rest',
    label:
      'GET /rest/v1/messages?conversation_id=eq.…&deleted_at=not.is.…&kind=in.…' +
      '&meta->>…=ilike.…&order=created_at.desc,id&limit=…',
    verb: 'read',
    lookup: true,
    limited: true,
    place: 'ranked',
  })
})

test('names the operators and groups of PostgREST as its URLs do', () => {
  const where = (condition: string): string =>
    label(`WITH pgrst_source AS (SELECT "a"."t".* FROM "a"."t" WHERE ${condition}) ${readTail}`)
  const column = '"a"."t"."c"'
  const cases: [string, string][] = [
    [`${column} <> $1`, 'c=neq.…'],
    [`${column} >= $1 AND  ${column} <= $2`, 'c=gte.…&c=lte.…'],
    [`(${column} = $1 OR ${column} = $2)`, 'or=(…)'],
    [`NOT (${column} = $1 AND ${column} = $2)`, 'not.and=(…)'],
    [`${column} @@ websearch_to_tsquery($1, $2)`, 'c=wfts.…'],
    [`to_tsvector($1, ${column}) @@ to_tsquery($2, $3)`, 'c=fts.…'],
    [`${column} @> $1`, 'c=cs.…'],
    [`${column} IS DISTINCT FROM $1`, 'c=isdistinct.…'],
    [`to_jsonb(${column})->$1->>$2 = $3`, 'c->…->>…=eq.…'],
    [`${column} like ANY($1)`, 'c=like.…'],
  ]
  // Not of the URL: how an embed is tied to its parent.
  assert.equal(where(`${column} = "b_1"."d"`), 'GET /rest/v1/t (schema a)')
  for (const [condition, expected] of cases) {
    assert.equal(where(condition), `GET /rest/v1/t?${expected} (schema a)`)
  }
})

test('names embeds, inner joins among them, and exact counts', () => {
  const text =
    'WITH pgrst_source AS ( SELECT "public"."conversations"."id", COALESCE( ' +
    '"conversations_messages_1"."conversations_messages_1", $1) AS "messages", ' +
    'row_to_json("conversations_org_1".*)::jsonb AS "org" FROM "public"."conversations" ' +
    'LEFT JOIN LATERAL ( SELECT json_agg("conversations_messages_1")::jsonb AS ' +
    '"conversations_messages_1" FROM (SELECT "messages_1"."id", ' +
    'row_to_json("messages_author_2".*)::jsonb AS "author" FROM "public"."messages" AS ' +
    '"messages_1" LEFT JOIN LATERAL ( SELECT "author_2"."name" FROM "public"."users" AS ' +
    '"author_2" WHERE "author_2"."id" = "messages_1"."author_id" ) AS "messages_author_2" ON TRUE ' +
    'WHERE "messages_1"."conversation_id" = "public"."conversations"."id" ) AS ' +
    '"conversations_messages_1" ) AS "conversations_messages_1" ON TRUE INNER JOIN LATERAL ( ' +
    'SELECT "org_1"."name" FROM "public"."organisations" AS "org_1" WHERE "org_1"."id" = ' +
    '"public"."conversations"."org_id" ) AS "conversations_org_1" ON TRUE WHERE  ' +
    '"public"."conversations"."org_id" = $2 LIMIT $3 OFFSET $4 ) , pgrst_source_count AS ' +
    `(SELECT $7 FROM "public"."conversations" WHERE "public"."conversations"."org_id" = $8) ${readTail}`
  assert.equal(
    label(text),
    'GET /rest/v1/conversations?org_id=eq.…' +
      '&select=*,messages(users(…)),organisations!inner(…)&limit=… (count=exact)',
  )
})

test('tells a HEAD request by its empty body', () => {
  const head = readTail.replace('coalesce(json_agg(_postgrest_t), $6) AS body', '$6::text AS body')
  const source = 'WITH pgrst_source AS ( SELECT "public"."t"."id" FROM "public"."t" ) '
  assert.equal(label(source + head), 'HEAD /rest/v1/t')
})

const payload =
  'FROM (SELECT $1 AS json_data) pgrst_payload, LATERAL (SELECT "body", "id" FROM ' +
  'json_to_record(pgrst_payload.json_data) AS _("body" text, "id" uuid) ) pgrst_body '

test('names writes by method, with the filters of updates and deletes', () => {
  const insert =
    'WITH pgrst_source AS (INSERT INTO "public"."documents"("body", "id") SELECT ' +
    `"pgrst_body"."body", "pgrst_body"."id" ${payload}`
  const cases: [string, string][] = [
    [`${insert} RETURNING $2) ${readTail}`, 'POST /rest/v1/documents'],
    [
      `${insert} ON CONFLICT("id", "org") DO UPDATE SET "body" = EXCLUDED."body" RETURNING 1) ${readTail}`,
      'POST /rest/v1/documents?on_conflict=id,org (upsert)',
    ],
    [
      `WITH pgrst_source AS (UPDATE "public"."documents" SET "body" = "pgrst_body"."body" ${payload} ` +
        `WHERE  "public"."documents"."id" = $2 RETURNING $3) ${readTail}`,
      'PATCH /rest/v1/documents?id=eq.…',
    ],
    [
      'WITH pgrst_source AS (WITH pgrst_affected_rows AS (SELECT "public"."documents"."id" FROM ' +
        '"public"."documents" WHERE  "public"."documents"."stale" IS TRUE ORDER BY ' +
        '"public"."documents"."id" LIMIT $1 OFFSET $2) DELETE FROM "public"."documents" USING ' +
        'pgrst_affected_rows WHERE "public"."documents"."id" = "pgrst_affected_rows"."id" ' +
        `RETURNING $3) ${readTail}`,
      'DELETE /rest/v1/documents?stale=is.…',
    ],
  ]
  for (const [text, expected] of cases) {
    assert.equal(label(text), expected)
    assert.equal(describeStatement(text, 'anon').verb, 'write')
  }
})

test('names calls of every form that PostgREST gave them', () => {
  const sources = [
    // 11 and later, with arguments, without, and scalar.
    `SELECT "pgrst_call".* ${payload}, LATERAL "public"."match_documents"("query" := pgrst_body."query") pgrst_call`,
    'SELECT "pgrst_call".* FROM "public"."match_documents"() pgrst_call',
    `SELECT pgrst_call.pgrst_scalar ${payload}, LATERAL (SELECT "public"."match_documents"("q" := pgrst_body."q") pgrst_scalar) pgrst_call`,
    // 10
    'WITH pgrst_payload AS (SELECT $1 AS json_data), pgrst_body AS ( SELECT CASE WHEN ' +
      'json_typeof(json_data) = $2 THEN json_data ELSE json_build_array(json_data) END AS val FROM ' +
      'pgrst_payload), pgrst_args AS ( SELECT * FROM json_to_recordset((SELECT val FROM ' +
      'pgrst_body)) AS _("id" integer) ) SELECT "match_documents".* FROM ' +
      '"public"."match_documents"("id" := (SELECT "id" FROM pgrst_args LIMIT $3))',
  ]
  for (const source of sources) {
    const shape = describeStatement(`WITH pgrst_source AS (${source}) ${readTail}`, 'anon')
    assert.deepEqual([shape.kind, shape.label], ['rpc', 'RPC match_documents'])
  }
  const graphql =
    `WITH pgrst_source AS (SELECT pgrst_call.pgrst_scalar ${payload}, LATERAL (SELECT ` +
    `"graphql_public"."graphql"("query" := pgrst_body."query") pgrst_scalar) pgrst_call) ${readTail}`
  assert.equal(describeStatement(graphql, 'anon').kind, 'graphql')
})
