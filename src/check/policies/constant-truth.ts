import type { NodeTypes, SyntaxTree } from '../../syntax/index.ts'
import { names, uncovered } from './anonymous.ts'

/** What a condition is for every row; null if that depends. */
export function truthOf(tree: SyntaxTree): boolean | null {
  const inner = uncovered(tree)
  if ('A_Const' in inner) {
    const { boolval, sval } = inner.A_Const
    if (boolval !== undefined) return boolval.boolval === true
    return sval === undefined ? null : ({ true: true, t: true }[sval.sval ?? ''] ?? null)
  }
  if ('BoolExpr' in inner) return truthOfSeveral(inner.BoolExpr)
  if (!('A_Expr' in inner) || inner.A_Expr.kind !== 'AEXPR_OP') return null
  const { name, lexpr, rexpr } = inner.A_Expr
  if (names(name)[0] !== '=' || lexpr === undefined || rexpr === undefined) return null
  const [a, b] = [textOf(lexpr), textOf(rexpr)]
  return a !== null && a === b ? true : null
}

function truthOfSeveral({ boolop, args = [] }: NodeTypes['BoolExpr']): boolean | null {
  const truths = args.map(truthOf)
  if (boolop === 'NOT_EXPR')
    return truths[0] === undefined || truths[0] === null ? null : !truths[0]
  const decisive = boolop === 'OR_EXPR'
  if (truths.includes(decisive)) return decisive
  return truths.every((truth) => truth === !decisive) ? !decisive : null
}

/** A constant, as text to compare. */
function textOf(tree: SyntaxTree): string | null {
  const inner = uncovered(tree)
  if (!('A_Const' in inner) || inner.A_Const.isnull === true) return null
  const { ival, sval, fval } = inner.A_Const
  if (ival !== undefined) return String(ival.ival ?? 0)
  return sval?.sval ?? fval?.fval ?? null
}
