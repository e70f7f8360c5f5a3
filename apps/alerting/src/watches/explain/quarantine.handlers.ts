import { Controller } from '@nestjs/common';
import { type Batch, Subscribe } from '@souk/bus';
import {
  FormQuarantined,
  HistoryQuarantined,
  productIdOf,
  type QuarantinedObservation,
} from '@souk/contracts';
import { Clock } from '@souk/service';
import { type ListingNote, NoteStore } from './note.store.ts';

/** Remembers of watched listings that a price of theirs was set apart, to tell why nobody heard of it. */
@Controller()
export class QuarantineHandlers {
  constructor(
    private readonly notes: NoteStore,
    private readonly clock: Clock,
  ) {}

  @Subscribe(HistoryQuarantined)
  async byHistory(batch: Batch<typeof HistoryQuarantined>): Promise<void> {
    await this.note(batch);
  }

  @Subscribe(FormQuarantined)
  async byForm(batch: Batch<typeof FormQuarantined>): Promise<void> {
    await this.note(batch);
  }

  private async note(batch: Batch<typeof HistoryQuarantined> | Batch<typeof FormQuarantined>): Promise<void> {
    const notes = batch.messages.flatMap(({ accountId, data, traceId }) =>
      data.mode === 'live'
        ? data.observations.map((observation): ListingNote => ({
            productId: observation.productId ?? productIdOf(accountId, data.source, observation.product),
            accountId,
            sentence: sentenceOf(observation),
            traceId,
          }))
        : [],
    );
    if (notes.length > 0) await this.notes.save(batch.tx, 'quarantined', notes, this.clock.now());
  }
}

const sentenceOf = ({ reason, detail, observedAt }: QuarantinedObservation): string =>
  `a price${observedAt === undefined ? '' : ` of ${observedAt}`} was set apart as ${reason}: ${detail}`.slice(
    0,
    500,
  );
