/**
 * Delivery: brings results to terminals, files, chats, webhooks and mailboxes, and keeps what could
 * not be brought yet. The renderers and the outbox's store are handed in.
 */
export type { Renderings, Surroundings } from './attempt.ts'
export { type DeliverOptions, deliver } from './deliver.ts'
export {
  type DeliverableResult,
  type NoticeSource,
  noticeSource,
  type Told,
} from './notice-source.ts'
export {
  type ClaimedDelivery,
  type DeliveryOutcome,
  type DeliveryStore,
  drainOutbox,
  type FinalState,
} from './outbox.ts'
export type { Environment } from './secrets.ts'
