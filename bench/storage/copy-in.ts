/** COPY … FROM STDIN over pg's connection, which the driver itself has no call for. */
import type pg from 'pg'

/** The part of the driver's connection that speaks the copy protocol. */
interface CopyConnection {
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sync(): void
}

/**
 * Sends `chunks` as the data of a COPY statement.
 *
 * @throws Error what the server refuses with
 */
export function copyIn(
  client: pg.Client,
  statement: string,
  chunks: readonly Buffer[],
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | undefined
    const submittable = {
      submit(connection: CopyConnection): void {
        connection.query(statement)
      },
      handleCopyInResponse(connection: CopyConnection): void {
        for (const chunk of chunks) connection.sendCopyFromChunk(chunk)
        connection.endCopyFrom()
      },
      handleError(error: Error): void {
        failure = error
      },
      handleReadyForQuery(): void {
        if (failure === undefined) resolve()
        else reject(failure)
      },
      handleCommandComplete(): void {
        // Ready-for-query follows.
      },
    }
    client.query(submittable as unknown as pg.Submittable)
  })
}
