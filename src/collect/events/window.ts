/** Half open: what happened at `from` belongs to it, what happened at `to` does not. */
export interface EventWindow {
  from: Date
  to: Date
}
