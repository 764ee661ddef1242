/** The outbox of deliveries in Postgres. */
export { deliveryStore, type PostgresOutbox } from './delivery-store.ts'
