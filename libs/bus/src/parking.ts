import { Logger } from '@nestjs/common';
import { isDependencyFailure, tookTooLong, type Tx } from '@souk/service';
import { Fenced } from './batch.ts';
import { type BatchGround, type Reader, runBatch } from './batch-runner.ts';
import { giveUp } from './dead-letters.ts';
import { MalformedMessage, type Message, readMessage } from './incoming.ts';
import type { Lease } from './leases.ts';

/** Pause after each failed attempt; when they are used up the message goes to the dead letters (27 s in all). */
export const RETRY_DELAYS_MS = [1_000, 3_000, 8_000, 15_000];
export const ATTEMPTS_AT_MOST = RETRY_DELAYS_MS.length + 1;
/** What took too long waits so much longer: it may be the server that is slow, for minutes. */
const TOO_LONG_DELAY_MS = 60_000;
const PARKED_AT_ONCE = 20;
/** Then other messages have their turn: what waits behind one failure can be a lot. */
const TURN_MS = 500;

/** How long to wait after so many failed attempts, the last one with this error. */
export const retryDelayMs = (attempts: number, error: unknown): number =>
  RETRY_DELAYS_MS[attempts - 1]! + (tookTooLong(error) ? TOO_LONG_DELAY_MS : 0);

interface Parked {
  position: number;
  part: number;
  message_id: string;
  attempts: number;
  payload: string;
  keys: string[];
}

/**
 * Tries parked messages again, each alone, oldest first; one waits as long as an older one concerns the same
 * things. An attempt is used up only by the message's own fault, or by a statement that takes too long.
 * @returns whether the turn ended before all that is due was tried
 */
export async function retryParked(
  ground: BatchGround,
  reader: Reader,
  proof: { replicaId: string; leases: Lease[] },
): Promise<boolean> {
  for (const end = Date.now() + TURN_MS; Date.now() < end;) {
    const due = await ground.database.read([], (tx) =>
      tx.query<Parked>(
        `select position, part, message_id, attempts, payload, keys from bus_parked p
         where consumer = $1 and part = any ($2) and next_attempt_at <= clock_timestamp()
           and not exists (
             select 1 from bus_parked older
             where older.consumer = p.consumer and older.position < p.position and older.keys && p.keys)
         order by position limit ${PARKED_AT_ONCE}`,
        [reader.consumer, proof.leases.map((lease) => lease.partition)],
      ),
    );
    // one that succeeds makes way for the next that concerns the same things
    if (due.length === 0) return false;
    for (const parked of due) {
      if (Date.now() >= end) return true;
      await retryOne(ground, reader, proof, parked);
    }
  }
  return true;
}

async function retryOne(
  ground: BatchGround,
  reader: Reader,
  proof: { replicaId: string; leases: Lease[] },
  parked: Parked,
): Promise<void> {
  const lease = proof.leases.filter(({ partition }) => partition === parked.part);
  let message: Message;
  try {
    message = readMessage(reader.contract, parked.payload);
  } catch (error) {
    if (!(error instanceof MalformedMessage)) throw error;
    await ground.database.transaction([], (tx) =>
      toDeadLetters(tx, reader, parked, undefined, error.message),
    );
    return;
  }
  try {
    await runBatch(ground, reader, [message], async (tx) => {
      await proveLease(tx, reader.consumer, proof.replicaId, lease);
      const taken = await tx.query('delete from bus_parked where position = $1 returning 1', [
        parked.position,
      ]);
      return taken.length > 0 ? [message] : [];
    });
  } catch (error) {
    if (error instanceof Fenced || (isDependencyFailure(error) && !tookTooLong(error))) throw error;
    await failed(ground, reader, parked, message, error);
  }
}

async function failed(
  ground: BatchGround,
  reader: Reader,
  parked: Parked,
  message: Message,
  error: unknown,
): Promise<void> {
  const attempts = parked.attempts + 1;
  const reason = error instanceof Error ? error.message : String(error);
  await ground.database.transaction([message.accountId], async (tx) => {
    if (attempts >= ATTEMPTS_AT_MOST) return toDeadLetters(tx, reader, parked, message, reason);
    await tx.query(
      `update bus_parked set attempts = $2, last_error = $3,
         next_attempt_at = clock_timestamp() + make_interval(secs => $4) where position = $1`,
      [parked.position, attempts, reason.slice(0, 1_000), retryDelayMs(attempts, error) / 1_000],
    );
  });
}

async function toDeadLetters(
  tx: Tx,
  reader: Reader,
  parked: Parked,
  message: Message | undefined,
  reason: string,
): Promise<void> {
  const gone = await tx.query('delete from bus_parked where position = $1 returning 1', [parked.position]);
  if (gone.length === 0) return;
  new Logger(reader.consumer).error(
    { messageId: parked.message_id, traceId: message?.traceId, reason },
    'dead letter',
  );
  await giveUp(tx, {
    consumer: reader.consumer,
    partition: parked.part,
    messageId: parked.message_id,
    eventType: reader.contract.type,
    accountId: message?.accountId ?? null,
    traceId: message?.traceId ?? null,
    reason,
    attempts: parked.attempts + 1,
    payload: parked.payload,
    keys: parked.keys,
  });
}

/** Keeps the partition ours until commit, or fails as fenced. */
async function proveLease(tx: Tx, consumer: string, replicaId: string, leases: Lease[]): Promise<void> {
  await tx.query('select bus_receive($1, $2, $3, $4, $5, $6)', [
    consumer,
    replicaId,
    leases.map((lease) => lease.partition),
    leases.map((lease) => lease.epoch),
    [],
    [],
  ]);
}
