import { Inject, Injectable } from '@nestjs/common';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection, {
  type SMTPConnectionOptions,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection';
import { Readable } from 'node:stream';
import { ALERTING_CONFIG, type AlertingConfig } from '../config.ts';
import type { Outcome } from '../delivery/outcome.ts';
import { outcomeOfFailure } from './smtp-outcome.ts';

const CONNECT_WITHIN_MS = 5_000;
const DEADLINE_MS = 10_000;

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  headers: Record<string, string>;
}

interface Server {
  options: SMTPConnectionOptions;
  credentials: { user: string; pass: string } | undefined;
}

/** Hands mail over to the operator's SMTP server, one connection for each. */
@Injectable()
export class Smtp {
  private readonly server: Server | undefined;
  private readonly from: string | undefined;

  constructor(@Inject(ALERTING_CONFIG) config: AlertingConfig) {
    this.from = config.SOUK_MAIL_FROM;
    if (config.SOUK_SMTP_URL !== undefined) this.server = serverOf(new URL(config.SOUK_SMTP_URL));
  }

  get isConfigured(): boolean {
    return this.server !== undefined && this.from !== undefined;
  }

  /** Sends one message and says how it went; never throws. */
  async send({ headers, ...mail }: Mail, signal: AbortSignal): Promise<Outcome> {
    const { server, from } = this;
    if (!server || from === undefined) {
      return { kind: 'not-delivered', reason: 'the settings SOUK_SMTP_URL and SOUK_MAIL_FROM are missing' };
    }
    let wasWritten = false;
    try {
      const message = new MailComposer({
        ...mail,
        from,
        headers,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      const node = message.compile();
      const envelope = node.getEnvelope();
      const text = await node.build();
      // Read only once the server has asked for it: until then nobody can have got anything.
      const body = new Readable({
        read() {
          wasWritten = true;
          this.push(text);
          this.push(null);
        },
      });
      await talk(server, envelope, body, AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]));
      return { kind: 'delivered' };
    } catch (error) {
      return outcomeOfFailure(error, wasWritten);
    }
  }
}

/** With a password the connection has to be encrypted, but for one that never leaves this machine. */
function serverOf({ hostname, port, protocol, username, password }: URL): Server {
  const secure = protocol === 'smtps:';
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return {
    options: {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      // STARTTLS is taken whenever it is offered.
      requireTLS: !secure && username !== '' && !isLocal,
      // Other certificates than the public ones: NODE_EXTRA_CA_CERTS. What stays on this machine needs none.
      tls: { rejectUnauthorized: !isLocal },
      connectionTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      socketTimeout: DEADLINE_MS,
    },
    credentials:
      username === ''
        ? undefined
        : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
  };
}

function talk(
  { options, credentials }: Server,
  envelope: SMTPEnvelope,
  body: Readable,
  signal: AbortSignal,
): Promise<void> {
  const connection = new SMTPConnection(options);
  return new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the connection ended')));
    const send = (): void => connection.send(envelope, body, (error) => (error ? reject(error) : resolve()));
    connection.connect((error) => {
      if (error) return reject(error);
      if (!credentials) return send();
      connection.login({ credentials }, (refused) => (refused ? reject(refused) : send()));
    });
  }).finally(() => {
    connection.on('error', () => undefined);
    connection.close();
  });
}
