import { Body, Controller, Get, Param, Patch } from '@nestjs/common';
import { Bus } from '@souk/bus';
import { ChangePreference, GetPreference } from '@souk/contracts';
import type { z } from 'zod';
import { Operation } from '../http/operation.ts';
import { Caller, type CallerInfo } from '../http/request.ts';
import { IdParams } from '../http/shapes.ts';
import { PreferenceChanges, PreferenceView } from './preference.schemas.ts';

/** How a channel that people read wants to be spoken to; in a chat they say so themselves. */
@Controller('v1/channels')
export class PreferencesController {
  constructor(private readonly bus: Bus) {}

  @Get(':id/preferences')
  @Operation({
    id: 'getPreferences',
    summary: 'How a channel wants to be spoken to',
    scope: 'channels',
    params: IdParams,
    responses: { 200: { description: 'What holds.', schema: PreferenceView } },
  })
  async get(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
  ): Promise<z.infer<typeof PreferenceView>> {
    return (await this.bus.ask(GetPreference, { accountId, channelId: id })).preference;
  }

  @Patch(':id/preferences')
  @Operation({
    id: 'changePreferences',
    summary: 'Change language, quiet hours, digest, limits and insights of a channel',
    description: 'What is not named stays as it is. The same as /settings in a chat.',
    scope: 'channels',
    params: IdParams,
    body: PreferenceChanges,
    bodyExample: { language: 'de', timeZone: 'Europe/Berlin', quietFrom: '22:00', quietTo: '07:00' },
    responses: { 200: { description: 'What holds from now on.', schema: PreferenceView } },
  })
  async change(
    @Caller() { accountId }: CallerInfo,
    @Param() { id }: IdParams,
    @Body() changes: PreferenceChanges,
  ): Promise<z.infer<typeof PreferenceView>> {
    return (await this.bus.ask(ChangePreference, { accountId, channelId: id, changes })).preference;
  }
}
