import type { Prisma } from '@prisma/client';

/** One Stockroom: a shop may have several, one for each of its connections. */
export interface Room {
  shopId: number;
  connectionId: string;
}

/** Who did something; kept in every history. `person` is staff on a page, `api` a token's name, `sync` Crossdock itself. */
export interface Actor {
  kind: 'person' | 'api' | 'sync';
  name: string;
}

/** A page of a list, counted from 1. */
export interface PageRequest {
  number: number;
  size: number;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Guards SQL against ids that PostgreSQL would refuse to read. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

/** A value as a JSON column takes it: without undefined. */
export function asJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue;
}

/** Text for a LIKE search, its wildcards taken literally. */
export function containing(text: string): string {
  return `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`;
}

/** Whether two names are the same to people. Compared here, because the database may know upper and lower case of ASCII only. */
export function sameName(one: string, other: string): boolean {
  return one.trim().toLocaleLowerCase('en') === other.trim().toLocaleLowerCase('en');
}
