/** Names of the variables that hold the database URL, first found wins. */
export const dbUrlVariables = ['SUPASCOPE_DB_URL', 'SUPABASE_DB_URL', 'DATABASE_URL'] as const
