import { Injectable } from '@nestjs/common';
import type { ChatPlatform } from '@souk/contracts';
import { SlackDoor } from '../slack/slack-door.ts';
import { TelegramDoor } from '../telegram/telegram-door.ts';
import type { ChatDoor } from './chat-door.ts';

/** Every chat platform that sends something; another one is a line here. */
@Injectable()
export class ChatDoors {
  readonly all: readonly ChatDoor[];

  constructor(slack: SlackDoor, telegram: TelegramDoor) {
    this.all = [slack, telegram];
  }

  /** Undefined while the installation does not use the platform. */
  open(platform: ChatPlatform): ChatDoor | undefined {
    return this.all.find((door) => door.platform === platform && door.isOpen);
  }
}
