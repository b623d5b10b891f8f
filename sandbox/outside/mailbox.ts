import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Clock } from '../kit/clock.ts';

/** A message as it came in. */
export interface ReceivedMail {
  at: string;
  from: string;
  to: string[];
  subject: string;
  /** The whole message as sent, with its headers. */
  source: string;
}

/** A mail server that keeps what it gets, on this machine. `refuse` makes it say no to so many of the next messages. */
export interface Mailbox {
  port: number;
  list(): readonly ReceivedMail[];
  clear(): void;
  refuse(times: number): void;
  stop(): Promise<void>;
}

/** A header of a message; encoded words are decoded, folded lines joined. */
function headerOf(source: string, name: string): string {
  const head = source.split(/\r?\n\r?\n/)[0]?.replace(/\r?\n[ \t]+/g, ' ') ?? '';
  const line = head.split(/\r?\n/).find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  const raw = line?.slice(name.length + 1).trim() ?? '';
  return raw
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString()
        : decodeURIComponent(text.replaceAll('_', '%20').replace(/=([0-9A-F]{2})/gi, '%$1')),
    );
}

/** Starts it without encryption or log-in: nobody but this machine reaches it. Port 0 takes a free one. */
export function openMailbox({ port, clock }: { port: number; clock: Pick<Clock, 'iso'> }): Promise<Mailbox> {
  let received: ReceivedMail[] = [];
  let refusals = 0;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo(_address, _session, answer) {
      if (refusals === 0) return answer();
      refusals -= 1;
      answer(Object.assign(new Error('Mailbox busy'), { responseCode: 450 }));
    },
    onData(stream, session, answer) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const source = Buffer.concat(chunks).toString();
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          at: clock.iso(),
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          subject: headerOf(source, 'Subject'),
          source,
        });
        answer();
      });
    },
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // Senders that are killed hang up in the middle.
      server.on('error', () => undefined);
      resolve({
        port: (server.server.address() as AddressInfo).port,
        list: () => received,
        clear: () => void (received = []),
        refuse: (times) => void (refusals = times),
        stop: () => new Promise((done) => server.close(() => done())),
      });
    });
  });
}
