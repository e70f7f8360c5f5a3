import { Answer } from '@souk/bus';
import { ListSources, type ResponseOf } from '@souk/contracts';
import { Database } from '@souk/service';
import { Controller } from '@nestjs/common';
import { listSources } from './source.store.ts';

@Controller()
export class SourceHandlers {
  constructor(private readonly database: Database) {}

  @Answer(ListSources)
  async sources(): Promise<ResponseOf<typeof ListSources>> {
    return { sources: await this.database.read([], listSources) };
  }
}
