import { defineRule, type Rule } from '../rule.ts'
import { executableDefiners } from './executable-definers.ts'

const name = 'authenticated_security_definer_function_executable'
const title = 'Function of the API runs as its owner for authenticated'

/** SECURITY DEFINER in the API. See docs/findings/authenticated_security_definer_function_executable.md. */
export const authenticatedSecurityDefinerFunctionExecutable: Rule = defineRule({
  name,
  title,
  description:
    'Finds SECURITY DEFINER functions that the role authenticated may call through the API.',
  examines: 'functions',
  needs: ['routines', 'access'],
  uses: ['policies'],
  schemaOnly: true,
  trouble: 'security_definer_function_executable',
  judge: (facts) => executableDefiners({ name, title }, 'authenticated', facts),
})
