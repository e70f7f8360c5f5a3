import type { ProductCard } from '../cards/card.ts';
import { type CardLook, cardMessage } from './card-message.ts';
import type { Button, TelegramMessage } from './message.ts';
import { writePress } from './presses.ts';

/** Products that a message leafs through. */
export interface Carousel {
  id: string;
  productIds: readonly string[];
}

/** The card at a place of a carousel, with buttons to the ones beside it; behind the last one comes the first. */
export function carouselMessage(
  card: ProductCard,
  { id, productIds: { length } }: Carousel,
  place: number,
  look: CardLook,
): TelegramMessage {
  const { texts } = look;
  const message = cardMessage(card, look);
  if (length < 2) return message;
  const turn = (to: number, text: string): Button => ({
    text,
    data: writePress({ press: 'turn', carouselId: id, place: (to + length) % length }),
  });
  const turns = [
    turn(place - 1, texts.say('button.previous')),
    turn(place, texts.say('list.page', { page: place + 1, of: length })),
    turn(place + 1, texts.say('button.next')),
  ];
  return { ...message, keyboard: [turns, ...message.keyboard] };
}
