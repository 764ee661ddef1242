import type { NodeTypes, SyntaxTree } from '../../syntax/index.ts'
import { conjuncts } from './index-condition.ts'

/** Whether a condition can never be met without a signed-in user, however the rows look. */
export function isNeverAnonymous(tree: SyntaxTree): boolean {
  if ('BoolExpr' in tree) {
    const { boolop, args = [] } = tree.BoolExpr
    if (boolop === 'AND_EXPR') return args.some(isNeverAnonymous)
    return boolop === 'OR_EXPR' && args.length > 0 && args.every(isNeverAnonymous)
  }
  if ('A_Expr' in tree) return isStrictComparison(tree.A_Expr)
  if ('NullTest' in tree) {
    const { arg, nulltesttype } = tree.NullTest
    return nulltesttype === 'IS_NOT_NULL' && arg !== undefined && isNull(arg)
  }
  return 'SubLink' in tree && isEmptyTest(tree.SubLink)
}

function isStrictComparison({ kind, name, lexpr, rexpr }: NodeTypes['A_Expr']): boolean {
  if (lexpr === undefined || rexpr === undefined) return false
  if (kind === 'AEXPR_OP_ANY') return isNull(lexpr)
  if (kind !== 'AEXPR_OP') return false
  if (isNull(lexpr) || isNull(rexpr)) return true
  const [operator] = names(name)
  return operator === '=' && (isSignedIn(lexpr, rexpr) || isSignedIn(rexpr, lexpr))
}

/** `auth.role() = 'authenticated'` */
function isSignedIn(call: SyntaxTree, text: SyntaxTree): boolean {
  const inner = uncovered(call)
  return (
    'FuncCall' in inner &&
    names(inner.FuncCall.funcname).join('.') === 'auth.role' &&
    constant(text) === 'authenticated'
  )
}

/** `exists (select … where user_id = auth.uid())`, `org in (select … where user_id = auth.uid())` */
function isEmptyTest({ subLinkType, testexpr, subselect }: NodeTypes['SubLink']): boolean {
  if (subLinkType !== 'EXISTS_SUBLINK' && subLinkType !== 'ANY_SUBLINK') return false
  if (testexpr !== undefined && isNull(testexpr)) return true
  const select = subselect && 'SelectStmt' in subselect ? subselect.SelectStmt : undefined
  const { whereClause, op = 'SETOP_NONE', fromClause = [] } = select ?? {}
  if (whereClause === undefined || op !== 'SETOP_NONE' || fromClause.length === 0) return false
  return conjuncts(whereClause).some(isNeverAnonymous)
}

/** Null without a signed-in user: the request has no `sub`. */
function isNull(tree: SyntaxTree): boolean {
  const inner = uncovered(tree)
  if ('FuncCall' in inner) {
    return ['auth.uid', 'auth.email'].includes(names(inner.FuncCall.funcname).join('.'))
  }
  if (!('A_Expr' in inner)) return false
  const { name, lexpr, rexpr } = inner.A_Expr
  if (names(name)[0] !== '->>' || lexpr === undefined || rexpr === undefined) return false
  const of = uncovered(lexpr)
  return (
    'FuncCall' in of &&
    names(of.FuncCall.funcname).join('.') === 'auth.jwt' &&
    ['sub', 'email'].includes(constant(rexpr) ?? '')
  )
}

/** Without casts, and without the sub-select that a call is wrapped in. */
export function uncovered(tree: SyntaxTree): SyntaxTree {
  if ('TypeCast' in tree && tree.TypeCast.arg !== undefined) return uncovered(tree.TypeCast.arg)
  if ('SubLink' in tree && tree.SubLink.subLinkType === 'EXPR_SUBLINK') {
    const { subselect } = tree.SubLink
    const select = subselect && 'SelectStmt' in subselect ? subselect.SelectStmt : undefined
    const [target, ...others] = select?.targetList ?? []
    const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined
    const whole = others.length === 0 && select?.fromClause === undefined
    if (value !== undefined && whole) return uncovered(value)
  }
  return tree
}

/** The value of a text constant. */
export function constant(tree: SyntaxTree): string | null {
  const inner = uncovered(tree)
  return 'A_Const' in inner ? (inner.A_Const.sval?.sval ?? null) : null
}

/** `auth`, `uid`; `pg_catalog` is not written. */
export function names(list: readonly SyntaxTree[] | undefined): string[] {
  return (list ?? []).map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
}
