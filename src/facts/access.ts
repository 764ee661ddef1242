/** What the API shows, and to whom. */
export interface AccessFacts {
  /** Schemas that PostgREST serves. */
  exposedSchemas: readonly string[]
  /** Whether the role `authenticator` says so, or nothing does and these are the usual ones. */
  exposedBy: 'authenticator' | 'default'
  /** The API's roles and all that policies name, without those that no policy binds. */
  roles: readonly AccessRole[]
  /** Rights on tables and views: of the API's roles on all, of other roles where policies name them. */
  relations: readonly RelationRight[]
  /** Superusers and roles with BYPASSRLS: no policy binds them. */
  bypassing: readonly string[]
  /** Extensions whose schema can be changed. */
  relocatable: readonly string[]
  /** Storage buckets that serve their files to everyone. */
  publicBuckets: readonly string[]
}

export interface AccessRole {
  name: string
  /** Roles whose rights it has, itself among them. */
  has: readonly string[]
}

/** What a role may do with a relation; only where it may do something, and use the schema. */
export interface RelationRight {
  oid: number
  role: string
  select: boolean
  insert: boolean
  update: boolean
  delete: boolean
  /** attnums of the columns that it may select; null if all. */
  columns: readonly number[] | null
}
