import type { ChatPlatform, ChatProof, ChatUpdateKind } from '@souk/contracts';

/** What a platform sent, once it is known to be its own. */
export interface ReadUpdate {
  /** The platform's own name of it: one that comes twice has the same. */
  key: string;
  /** Updates of one conversation are worked on in their order. */
  conversation: string;
}

/** An update that is to be worked on. */
export interface ChatUpdate {
  /** The same whenever it is worked on again. */
  id: string;
  kind: ChatUpdateKind;
  body: Buffer;
}

/** Where one chat platform comes in: what proves that it is the platform, and what is done with what it sends. */
export interface ChatDoor {
  readonly platform: ChatPlatform;
  /** Without settings there is nothing behind the door. */
  readonly isOpen: boolean;
  isGenuine(proof: ChatProof, body: Buffer, now: Date): boolean;
  /** Undefined when it is nothing that the platform sends; a challenge is answered with and not stored. */
  read(kind: ChatUpdateKind, body: Buffer): ReadUpdate | { challenge: string } | undefined;
  /** Works on it. Throwing brings it again later, a few times: what it did before must do no harm twice. */
  handle(update: ChatUpdate): Promise<void>;
}
