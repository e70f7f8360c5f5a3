import { Injectable } from '@nestjs/common';
import { OPERATOR_ACCOUNT_ID } from '@souk/contracts';
import type { Tx } from '@souk/service';
import type { ForecastModel } from './forecast-model.ts';
import { FEATURES_VERSION } from './hazard-features.ts';

/** An account's model and its training, as stored. */
export interface StoredTraining {
  accountId: string;
  model: ForecastModel | null;
  trainedAt: Date | null;
  startedAt: Date | null;
  progress: number;
  problem: string | null;
}

/** What versions of models begin with that this code understands. */
const CURRENT = `${FEATURES_VERSION}:`;
/** A run that has told nothing for so long was given up; another process takes it over. */
const LEASE = `interval '900 seconds'`;

/** Models and their training; an account sees its own and the operator's, which is trained on shared prices. */
@Injectable()
export class ForecastStore {
  /** Accounts with at least so many offers, the operator always, at most `limit`. */
  async accounts(tx: Tx, offersAtLeast: number, limit: number): Promise<string[]> {
    const rows = await tx.query<{ account_id: string }>(
      `select account_id from accounts_to_learn_for($1, $2)`,
      [offersAtLeast, limit],
    );
    return rows.map((row) => row.account_id);
  }

  /** The account's own model where it has learnt something, else the operator's; none of another version is used. */
  async modelFor(tx: Tx, accountId: string): Promise<ForecastModel | undefined> {
    const rows = await tx.query<{ model: ForecastModel }>(
      `select model from forecast_model where account_id = any ($1::uuid[]) and starts_with(model ->> 'version', $3)
       order by jsonb_array_length(model -> 'weights') = 0, account_id <> $2 limit 1`,
      [[accountId, OPERATOR_ACCOUNT_ID], accountId, CURRENT],
    );
    return rows[0]?.model;
  }

  /** From now on every model is too old. */
  async request(tx: Tx, now: Date): Promise<void> {
    await tx.query(
      `insert into forecast_model (account_id, requested_at) values ($1, $2)
       on conflict (account_id) do update set requested_at = excluded.requested_at returning account_id`,
      [OPERATOR_ACCOUNT_ID, now],
    );
  }

  /** When training was asked for last. */
  async requestedAt(tx: Tx): Promise<Date | undefined> {
    const rows = await tx.query<{ requested_at: Date | null }>(
      `select requested_at from forecast_model where account_id = $1`,
      [OPERATOR_ACCOUNT_ID],
    );
    return rows[0]?.requested_at ?? undefined;
  }

  /**
   * Begins a run where the model is older than a time or than the last request, of another version, or has learnt
   * nothing, and nobody else is at it. An installation's first model is often made before its first histories came.
   */
  async begin(tx: Tx, accountId: string, now: Date, trainedBefore: Date): Promise<boolean> {
    await tx.query(
      `insert into forecast_model (account_id) values ($1) on conflict do nothing returning account_id`,
      [accountId],
    );
    const begun = await tx.query(
      `update forecast_model set started_at = $2, told_at = $2, progress = 0, problem = null
       where account_id = $1 and (told_at is null or told_at < $2::timestamptz - ${LEASE})
         and (trained_at is null or not starts_with(model ->> 'version', $5) or jsonb_array_length(model -> 'weights') = 0 or trained_at < greatest($3::timestamptz,
           (select requested_at from forecast_model where account_id = $4)))
       returning account_id`,
      [accountId, now, trainedBefore, OPERATOR_ACCOUNT_ID, CURRENT],
    );
    return begun.length > 0;
  }

  /** Offers worth learning from, own and shared, after an id. Ids are hashes: any stretch of them is a fair sample. */
  async offers(tx: Tx, after: string, limit: number): Promise<{ offerId: string; points: number }[]> {
    return tx.query(
      `select offer_id as "offerId", points from offer
       where offer_id > $1 and points >= 5 order by offer_id limit $2`,
      [after, limit],
    );
  }

  async tellProgress(tx: Tx, accountId: string, now: Date, progress: number): Promise<void> {
    await tx.query(
      `update forecast_model set told_at = $2, progress = $3 where account_id = $1 returning account_id`,
      [accountId, now, progress],
    );
  }

  /** A model is as old as the beginning of its run: what is asked for during a run is asked of the next one. */
  async finish(tx: Tx, accountId: string, model: ForecastModel): Promise<void> {
    await tx.query(
      `update forecast_model set model = $2, trained_at = started_at, told_at = null, progress = 1
       where account_id = $1 returning account_id`,
      [accountId, JSON.stringify(model)],
    );
  }

  /** The model there is stays; the next try comes when it is due again. */
  async fail(tx: Tx, accountId: string, problem: string): Promise<void> {
    await tx.query(
      `update forecast_model set problem = $2, told_at = null, trained_at = started_at where account_id = $1
       returning account_id`,
      [accountId, problem.slice(0, 500)],
    );
  }

  /** Ends a run without a result: it is due as it was before. */
  async giveUp(tx: Tx, accountId: string): Promise<void> {
    await tx.query(
      `update forecast_model set told_at = null, progress = 0 where account_id = $1 returning account_id`,
      [accountId],
    );
  }

  async trainings(tx: Tx): Promise<StoredTraining[]> {
    return tx.query<StoredTraining>(
      `select account_id as "accountId", model, trained_at as "trainedAt",
         case when told_at is not null then started_at end as "startedAt", progress, problem
       from forecast_model order by account_id limit 1000`,
    );
  }
}
