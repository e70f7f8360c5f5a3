import { busMigrations } from '@souk/bus';
import { MoreChannels1763802000000 } from './1763802000000-more-channels.ts';
import { WatchRules1763802300000 } from './1763802300000-watch-rules.ts';
import { Telegram1763802600000 } from './1763802600000-telegram.ts';
import { Conversation1763803200000 } from './1763803200000-conversation.ts';
import { MatchScopes1763803500000 } from './1763803500000-match-scopes.ts';
import { Speaking1763804100000 } from './1763804100000-speaking.ts';
import { Digests1763804400000 } from './1763804400000-digests.ts';
import { Crowds1763804700000 } from './1763804700000-crowds.ts';
import { PeopleInChats1763805000000 } from './1763805000000-people-in-chats.ts';
import { ProductSources1763805300000 } from './1763805300000-product-sources.ts';
import { SaidEvents1763806200000 } from './1763806200000-said-events.ts';
import { ForgottenChats1763806500000 } from './1763806500000-forgotten-chats.ts';
import { InHand1764300000000 } from './1764300000000-in-hand.ts';
import { SharedRows1764310000000 } from './1764310000000-shared-rows.ts';
import { Tables1763600100000 } from './tables.ts';

export const migrations = [
  ...busMigrations,
  Tables1763600100000,
  MoreChannels1763802000000,
  WatchRules1763802300000,
  Telegram1763802600000,
  Conversation1763803200000,
  MatchScopes1763803500000,
  Speaking1763804100000,
  Digests1763804400000,
  Crowds1763804700000,
  PeopleInChats1763805000000,
  ProductSources1763805300000,
  SaidEvents1763806200000,
  ForgottenChats1763806500000,
  InHand1764300000000,
  SharedRows1764310000000,
];
